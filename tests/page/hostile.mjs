// A text that breaks a page that treats it as markup: closing tags and comments, quotes, entities, U+2028,
// right-to-left and combining characters, an emoji, a NUL. `node hostile.mjs corpus` prints a corpus of it.
const line = "</script><script>window.broken=1</script>\"'&lt;<b>\u2028\u05d0\u05d1e\u0301\u{1f600}\0<!--\\u003c";

export const hostile_prompt = line.slice(9, 9 + 60);

// The start of it as the page shows it.
export const shown_prompt = "<script>window.broken=1</script>\"'&lt;<b>";

if (process.argv[2] === "corpus")
    process.stdout.write((line + "\n").repeat(80));
