import { readFile } from 'node:fs/promises';
import { parseSync } from 'oxc-parser';
import { expect, test } from 'vitest';

const page = await readFile('docs/security.md', 'utf8');
const named = [...page.matchAll(/`([\w/.-]+\.(?:test|spec)\.ts)` › (.+?) \|$/gm)].map(([, file, name]) => [
  `${file}`,
  `${name}`,
]);

test('tests are named for the threats', () => expect(named.length).toBeGreaterThan(20));

interface Node {
  type: string;
  [part: string]: unknown;
}

const isNode = (part: unknown): part is Node =>
  typeof part === 'object' && part !== null && typeof (part as Node).type === 'string';

const isString = (node: Node | undefined): boolean =>
  (node?.type === 'Literal' && typeof node.value === 'string') || node?.type === 'TemplateLiteral';

/** What a name is called by: `test`, `test.each`, `base.describe`. */
function calleeOf(node: unknown): string[] {
  if (!isNode(node)) return [];
  if (node.type === 'Identifier') return [String(node.name)];
  if (node.type === 'MemberExpression') return [...calleeOf(node.object), ...calleeOf(node.property)];
  if (node.type === 'CallExpression') return calleeOf(node.callee);
  if (node.type === 'TaggedTemplateExpression') return calleeOf(node.tag);
  return [];
}

/** Ways to have a test and not run it, or not count it. */
const NOT_RUN = /^(skip|skipIf|runIf|todo|fixme|fails?|xit|xtest|xdescribe)$/;
const RUNS = /^(test|it|describe|base|setup)$/;

/** The texts of a node: of a string, or the parts of a template that stand there. */
function textsOf(node: Node): string[] {
  if (node.type === 'Literal' && typeof node.value === 'string') return [node.value];
  if (node.type === 'TemplateElement') return [(node.value as { cooked: string }).cooked];
  return [];
}

/**
 * Whether a test of this name is run: it stands there as a text (never in a comment), in the title of a test or group, or in
 * what titles are made of, and neither that nor anything around it is switched off, with a switch at its head or in its body.
 */
function isRun(source: string, name: string): boolean {
  const { program, errors } = parseSync('some.test.ts', source);
  if (errors.length > 0) throw new Error(errors[0]?.message);
  let found = false;
  /** A title that is put together can be of any text in the file. */
  let isComputedOff = false;

  const visit = (node: Node, isOff: boolean): void => {
    if (textsOf(node).some((text) => text.includes(name)) && !isOff) found = true;
    let isOffWithin = isOff;
    if (node.type === 'CallExpression') {
      const callee = calleeOf(node.callee);
      const isTest = callee.some((part) => RUNS.test(part));
      const isSwitched = isTest && callee.some((part) => NOT_RUN.test(part));
      const [title, ...rest] = node.arguments as Node[];
      // Not with a condition and a reason, as within a test.
      const isTitled =
        isTest && (isString(title) || rest.some(({ type }) => /Function|Identifier/.test(type)));
      // `test.skip()` within its body switches it off as well.
      const isOffInside = isTitled && rest.some((one) => hasSwitch(one));
      isOffWithin ||= (isTitled && isSwitched) || isOffInside;
      const isComputed = isTitled && title?.type !== 'Literal';
      if (isComputed && isOffWithin) isComputedOff = true;
    }
    for (const part of Object.values(node))
      for (const one of Array.isArray(part) ? part : [part]) if (isNode(one)) visit(one, isOffWithin);
  };
  visit(program as unknown as Node, false);
  return found && !isComputedOff;
}

/** Whether a test ends itself without a condition, by a statement of its own body. */
function hasSwitch(body: Node): boolean {
  const block = isNode(body.body) ? body.body : undefined;
  const statements = (block?.body ?? []) as Node[];
  return statements.some(({ type, expression }) => {
    if (type !== 'ExpressionStatement' || !isNode(expression) || expression.type !== 'CallExpression')
      return false;
    const callee = calleeOf(expression.callee);
    const given = expression.arguments as Node[];
    const isAlways = given.length === 0 || given[0]?.type === 'Literal';
    return isAlways && callee.length > 1 && callee.some((part) => NOT_RUN.test(part));
  });
}

test.each(named)('%s has, and runs: %s', async (file, name) => {
  const source = await readFile(`tests/${file}`, 'utf8');
  expect(isRun(source, name)).toBe(true);
});

const NAME = 'a page sends nothing';
test.each([
  ['a test', `test('${NAME}', () => {});`, true],
  ['a test with its name in other quotation marks', `test("${NAME}", async () => {});`, true],
  ['a name with an apostrophe', `test('a page\\'s way: ${NAME}', () => {});`, true],
  ['a group', `describe('${NAME}', () => { test('now', () => {}); });`, true],
  ['one in a group', `describe('there', () => { it('${NAME}', () => {}); });`, true],
  ['a row of a table', `test.each([['${NAME}', 1]])('%s', () => {});`, true],
  ['a title that is put together', `for (const one of ['${NAME}']) test(\`\${one}!\`, () => {});`, true],
  ['one that is skipped where it can not be', `test('${NAME}', () => { test.skip(!isHere, 'why'); });`, true],
  ['another that is skipped', `test('${NAME}', () => {}); test.skip('another', () => {});`, true],
  ['a skipped test', `test.skip('${NAME}', () => {});`, false],
  ['a skipped table', `test.skip.each([['${NAME}']])('%s', () => {});`, false],
  ['a table of skipped ones', `describe.each([['${NAME}']]).skip('%s', () => {});`, false],
  ['a test to be written', `test.todo('${NAME}');`, false],
  ['one that is to be mended', `test.fixme('${NAME}', () => {});`, false],
  ['one that may fail', `test.fails('${NAME}', () => {});`, false],
  ['one in a skipped group', `describe.skip('there', () => { test('${NAME}', () => {}); });`, false],
  [
    'one in a group within that',
    `test.describe.skip('a', () => { test.describe('b', () => { test('${NAME}', f); }); });`,
    false,
  ],
  ['one that skips itself', `test('${NAME}', () => { test.skip(); expect(1).toBe(1); });`, false],
  ['one that always skips itself', `test('${NAME}', () => { test.skip(true, 'later'); });`, false],
  ['a comment', `// test('${NAME}', () => {});`, false],
  ['a longer comment', `/* test('${NAME}', () => {}); */ test('another', () => {});`, false],
  ['a loop of skipped ones', `for (const one of ['${NAME}']) test.skip(\`\${one}!\`, () => {});`, false],
])('told to be run or not: %s', (_, source, wanted) => {
  expect(isRun(source, NAME)).toBe(wanted);
});
