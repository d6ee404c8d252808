// Counts what held and what did not, and says so.

let passed = 0;
const failures = [];

/** Notes whether something held; `detail` is shown when it did not. */
export function check(holds, what, detail = "") {
  if (holds) {
    passed += 1;
    return true;
  }
  failures.push(what);
  console.log(`  FAILED ${what}${detail === "" ? "" : `\n         ${String(detail).replaceAll("\n", "\n         ")}`}`);
  return false;
}

/** Notes whether two values are the same. */
export function same(got, expected, what) {
  return check(got === expected, what, `got      ${JSON.stringify(got)}\nexpected ${JSON.stringify(expected)}`);
}

/** Tells a story; one that breaks off is a failure, and the next one is told all the same. */
export async function story(title, tell) {
  const began = Date.now();
  const before = failures.length;
  console.log(title);
  try {
    await tell();
  } catch (error) {
    const where = error.stack?.split("\n").find((line) => line.includes("/stories/")) ?? "";
    check(false, `${title} breaks off`, `${error.message?.split("\n").slice(0, 4).join("\n") ?? error}\n${where.trim()}`);
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`  ${failures.length === before ? "ok" : "not ok"} in ${seconds} s`);
}

/** The last line, and the exit code. */
export function sum() {
  console.log(`${passed} passed, ${failures.length} failed`);
  return failures.length === 0 ? 0 : 1;
}
