// Requests to /v1. The token is in sessionStorage, which ends with the tab, and in no URL.
const KEY = 'blindsum.token';

export class ApiError extends Error {
  constructor(status, name, detail) {
    super(detail ? `${name}: ${detail}` : name);
    this.status = status;
    this.name = name;
  }
}

export function token() {
  return sessionStorage.getItem(KEY);
}

export function setToken(text) {
  if (text === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, text);
}

let onRefused = () => {};
// Called when the server takes the token no more.
export function whenRefused(act) {
  onRefused = act;
}

function headersOf(body) {
  const headers = {};
  if (token()) headers.Authorization = `Bearer ${token()}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  return headers;
}

async function errorOf(answer) {
  try {
    const { error, detail, problems } = await answer.json();
    const more = problems?.map((one) => one.detail).join('; ');
    return new ApiError(answer.status, error, detail ?? more);
  } catch {
    return new ApiError(answer.status, `status ${answer.status}`);
  }
}

// The answer if it is a good one, else an ApiError; a TypeError if nobody answers.
export async function ask(path, { method = 'GET', body, headers = {}, signal } = {}) {
  const answer = await fetch(path, {
    method, signal, cache: 'no-store', credentials: 'same-origin',
    headers: { ...headersOf(body), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.ok) return answer;
  const error = await errorOf(answer);
  if (answer.status === 401) onRefused(error);
  throw error;
}

export async function get(path, options) {
  return (await ask(path, options)).json();
}

export function part(text) {
  return encodeURIComponent(text);
}

// Of everybody in the roster, a thousand a request.
export async function allMembers(signal) {
  const members = [];
  for (;;) {
    const page = await get(`/v1/members?limit=1000&offset=${members.length}`, { signal });
    members.push(...page.members);
    if (members.length >= page.total || page.members.length === 0) return members;
  }
}
