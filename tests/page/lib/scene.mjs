// A scene of scenes.py: real servers and participants. Its processes end with ours, however we end:
// they read our end of a pipe.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../scenes.py', import.meta.url));

export class Scene {
  // What about() of the scene says: url, token ...
  static async open(name, options = {}) {
    const child = spawn(PROGRAM, [process.env.BLINDSUM_BUILD, name, JSON.stringify(options)],
      { stdio: ['pipe', 'pipe', 'inherit'] });
    const scene = new Scene(child);
    Object.assign(scene, await scene.#answer());
    return scene;
  }

  constructor(child) {
    this.child = child;
    this.answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.ended = new Promise((resolve) => child.once('exit', resolve));
  }

  async #answer() {
    const { value, done } = await this.answers.next();
    if (done) throw new Error(`scenes.py ended with ${await this.ended}`);
    return JSON.parse(value);
  }

  // One order at a time.
  async do(what, more = {}) {
    this.child.stdin.write(`${JSON.stringify({ do: what, ...more })}\n`);
    const { done, failed } = await this.#answer();
    if (failed !== undefined) throw new Error(failed);
    return done;
  }

  // The API, without the page: the content of a good answer.
  async get(path) {
    const [status, content] = await this.do('ask', { method: 'GET', path });
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(content)}`);
    return content;
  }

  async until(look, what, limitMs = 30_000) {
    const end = Date.now() + limitMs;
    for (;;) {
      const seen = await look();
      if (seen) return seen;
      if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  // Holds all updates, and gives the number of the round that waits for them.
  async heldRound() {
    await this.do('hold');
    return this.until(async () => {
      const { round } = (await this.get('/v1/live')).tasks.find(({ task }) => task === 'counts');
      const waits = round?.phase === 'mask'
        && round.members.every(({ answered }) => answered === 'share');
      return waits && round.round;
    }, 'a round without updates');
  }

  async close() {
    this.child.stdin.end();
    const code = await this.ended;
    if (code !== 0) throw new Error(`scenes.py ended with ${code}`);
  }
}
