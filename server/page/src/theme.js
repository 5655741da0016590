// Light, dark, or as the system has it.
const KEY = 'blindsum.theme';
const NEXT = { system: 'light', light: 'dark', dark: 'system' };

export function chosenTheme() {
  try {
    const kept = localStorage.getItem(KEY);
    return kept in NEXT ? kept : 'system';
  } catch {
    return 'system';  // storage is switched off
  }
}

export function applyTheme(theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function nextTheme() {
  const theme = NEXT[chosenTheme()];
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It holds until the page is left.
  }
  applyTheme(theme);
  document.dispatchEvent(new Event('themechange'));
  return theme;
}

// What is drawn by hand is drawn anew.
export function onTheme(act) {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  document.addEventListener('themechange', act);
  dark.addEventListener('change', act);
  return () => {
    document.removeEventListener('themechange', act);
    dark.removeEventListener('change', act);
  };
}

// As it is in the theme that is shown, for what is drawn by hand.
export function colour(name) {
  const probe = document.createElement('i');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const shown = getComputedStyle(probe).color;
  probe.remove();
  return shown;
}
