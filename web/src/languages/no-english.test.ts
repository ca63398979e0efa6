// No page of a patient has words of its own: they are all in the catalogues. Walks from the patient's
// entries through everything they import and looks at what would be drawn.

import ts from "typescript";
import { expect, test } from "vitest";

/** Every file by its place below src. */
const FILES = new Map(
  Object.entries(
    import.meta.glob<string>("../**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true }),
  ).map(([path, text]) => [path.replace(/^\.\.?\//, ""), text]),
);
const ENTRIES = ["patient.tsx", "relative.tsx", "invited.tsx", "screens/sign-in.tsx"];
/** Drawn for staff alone, although a page that patients open imports them. */
const FOR_STAFF = [
  "screens/plan/came-home.tsx",
  "screens/plan/edit.tsx",
  "screens/plan/draft.ts",
  "screens/plan/for-carers.tsx",
  "screens/plan/first-told.tsx",
  "screens/plan/own-limits.tsx",
  "screens/reached/calls.tsx",
  "screens/told/for-carers.ts",
  "screens/told/why-field.tsx",
];
const SPOKEN = new Set([
  "label",
  "aria-label",
  "title",
  "placeholder",
  "description",
  "alt",
  "what",
]);
/** A reader's name for the place, and what is written the same everywhere. */
const NAMES = /^(Homeward|mg\/dL|mmol\/L|Mia)$/;
const isSpeech = (text: string) => /\p{L}{2}/u.test(text) && !NAMES.test(text.trim());

const parsed = (name: string) =>
  ts.createSourceFile(name, FILES.get(name) ?? "", ts.ScriptTarget.Latest, true);

/** "../told/words" as "screens/report/page.tsx" says it: "screens/told/words". */
const joined = (from: string, path: string): string =>
  new URL(path, `file:///${from}`).pathname.slice(1);

function imported(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    const name = ts.isImportDeclaration(node)
      ? node.importClause?.isTypeOnly
        ? undefined
        : node.moduleSpecifier
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : undefined;
    if (name && ts.isStringLiteral(name) && name.text.startsWith(".")) found.push(name.text);
    ts.forEachChild(node, look);
  };
  look(source);
  return found.flatMap((each) => {
    const path = joined(source.fileName, each);
    return [`${path}.tsx`, `${path}.ts`].filter((one) => FILES.has(one));
  });
}

function patientFiles(): Map<string, ts.SourceFile> {
  const found = new Map<string, ts.SourceFile>();
  const open = [...ENTRIES];
  for (let name = open.pop(); name; name = open.pop()) {
    if (found.has(name) || FOR_STAFF.includes(name)) continue;
    if (name.startsWith("languages/")) continue;
    const source = parsed(name);
    found.set(name, source);
    open.push(...imported(source));
  }
  return found;
}

/** What the reader would see or hear and no catalogue has. */
export function spokenHere(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const texts = (node: ts.Node): void => {
    const isText = ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node);
    const isPiece = ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
    if ((isText || isPiece) && isSpeech(node.text)) found.push(node.text);
    // What is compared or looked up is no speech.
    const isAsked = ts.isBinaryExpression(node) && /^[!=]==$/.test(node.operatorToken.getText());
    if (isAsked || ts.isCallExpression(node) || ts.isElementAccessExpression(node)) return;
    if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node)) return;
    if (ts.isArrowFunction(node)) return;
    ts.forEachChild(node, texts);
  };
  const look = (node: ts.Node): void => {
    if (ts.isJsxText(node) && isSpeech(node.text)) found.push(node.text.trim());
    if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText()) && node.initializer)
      texts(node.initializer);
    const inside = ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent);
    if (inside && node.expression) texts(node.expression);
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

const asSource = (text: string) =>
  ts.createSourceFile("a.tsx", text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);

test("the walk reaches the pages", () => {
  const names = [...patientFiles().keys()];
  for (const page of ["me/today", "own/own", "reached/reached", "told/quiet", "account/app"])
    expect(names).toContain(`screens/${page}.tsx`);
  expect(names.length).toBeGreaterThan(60);
});

test.each([
  ["<p>Hello there</p>", ["Hello there"]],
  ['<Button aria-label="Close it" />', ["Close it"]],
  ['<p>{isOpen ? "It is open" : say.shut}</p>', ["It is open"]],
  ['<p>{"All " + rest}</p>', ["All "]],
  ['<p className="quiet">{say.hello} · {words("told").line}</p>', []],
  ['<p>{state === "open" && say.open}</p>', []],
])("it finds what has no translation: %s", (text, spoken) => {
  expect(spokenHere(asSource(`const a = (${text});`))).toEqual(spoken);
});

test.each([...patientFiles()])("%s speaks by the catalogues alone", (_, source) => {
  expect(spokenHere(source)).toEqual([]);
});
