import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { ROOT } from './process';

export interface Violation {
	file: string;
	message: string;
}

const FOLDERS = ['core', 'nodes', 'credentials', 'service'] as const;
type Folder = (typeof FOLDERS)[number];

/** Which of our folders each folder may import from, itself apart. */
const ALLOWED_FOLDERS: Record<Folder, Folder[]> = { core: [], nodes: ['core'], credentials: [], service: ['core'] };

/** Packages each folder may import; service may have any of its own. */
const ALLOWED_PACKAGES: Record<Exclude<Folder, 'service'>, string[]> = {
	core: [],
	nodes: ['n8n-workflow', 'node:crypto'],
	credentials: ['n8n-workflow'],
};

/** Every source file of the four folders, relative to the root. */
export function sourceFiles(): string[] {
	return FOLDERS.flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
			.filter((file) => file.endsWith('.ts') && !/(^|\/)(build|node_modules)\//.test(file))
			.map((file) => `${folder}/${file}`),
	);
}

/** Imports that the house does not allow. `file` is relative to the root. */
export function checkSource(file: string, source: string): Violation[] {
	const folder = file.split('/')[0] as Folder;
	return importsOf(source).flatMap((specifier) => {
		const message = specifier.startsWith('.') ? badFolder(file, folder, specifier) : badPackage(folder, specifier);
		return message === null ? [] : [{ file, message }];
	});
}

function badFolder(file: string, folder: Folder, specifier: string): string | null {
	const target = normalize(join(dirname(file), specifier)).split('/')[0];
	const other = FOLDERS.find((known) => known === target);
	if (!other || other === folder || ALLOWED_FOLDERS[folder].includes(other)) return null;
	return `${folder} must not import ${other}`;
}

function badPackage(folder: Folder, specifier: string): string | null {
	if (folder === 'service' || ALLOWED_PACKAGES[folder].includes(specifier)) return null;
	return `${folder} imports the package ${specifier}`;
}

/** What is imported, exported from, required or loaded dynamically, also for types alone. */
function importsOf(source: string): string[] {
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		const specifier = specifierOf(node);
		if (specifier && ts.isStringLiteral(specifier)) found.push(specifier.text);
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile('x.ts', source, ts.ScriptTarget.Latest, false));
	return found;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
	if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
	if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
	if (!ts.isCallExpression(node)) return undefined;
	const dynamic = node.expression.kind === ts.SyntaxKind.ImportKeyword;
	const required = ts.isIdentifier(node.expression) && node.expression.text === 'require';
	return dynamic || required ? node.arguments[0] : undefined;
}

/** What the compiler says of a folder under the rules of core/: neither Node's nor a browser's types. Empty if nothing. */
export function typeCheckCore(folder = join(ROOT, 'core')): string {
	try {
		execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', folder], {
			encoding: 'utf8',
		});
		return '';
	} catch (error) {
		return String((error as { stdout?: unknown }).stdout);
	}
}

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'preprepare', 'postprepare'];

/** n8n's rules for a community package's package.json, those that a change most easily breaks. */
export function checkPackage(manifest: Record<string, unknown>): string[] {
	const {
		dependencies = {},
		peerDependencies,
		files,
		scripts,
		license,
	} = manifest as Record<string, object | undefined>;
	const same = (value: unknown, wanted: unknown): boolean => JSON.stringify(value) === JSON.stringify(wanted);
	const problems = [
		Object.keys(dependencies).length > 0 && 'dependencies must be empty: n8n installs none',
		!same(peerDependencies, { 'n8n-workflow': '*' }) && 'peerDependencies must be exactly n8n-workflow: "*"',
		!same(files, ['dist']) && 'files must be exactly dist',
		!same(license, 'MIT') && 'license must be MIT',
		...INSTALL_SCRIPTS.map((name) => Object.hasOwn(scripts ?? {}, name) && `scripts must not have ${name}`),
	];
	return problems.filter((problem) => typeof problem === 'string');
}
