// What this window keeps over a reload. Where the browser lets a page keep nothing, it is kept until the page is left.

const kept = new Map();

export const keep = (name, text) => {
  kept.set(name, text);
  try { sessionStorage.setItem(name, text); } catch { /* The map has it. */ }
};

export const recall = name => {
  try { return kept.get(name) ?? sessionStorage.getItem(name); } catch { return null; }
};
