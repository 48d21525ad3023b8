const TAG = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[A-Za-z][\w:-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/uy;
const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|#\d+);)/u;

export interface XmlElement {
	name: string;
	selfClosed: boolean;
}

/** The elements of a well-formed document in order. @throws Error where it is not well-formed */
export function parseXml(document: string): XmlElement[] {
	const text = document.replace(/^<\?xml [^?]*\?>\s*/u, '').replace(/^<!DOCTYPE html>\s*/u, '');
	const elements: XmlElement[] = [];
	const open: string[] = [];
	TAG.lastIndex = 0;
	while (TAG.lastIndex < text.length) {
		const at = TAG.lastIndex;
		const [found, closes, name, attributes = '', selfClosed] = TAG.exec(text) ?? [];
		if (found === undefined) throw new Error(`not well-formed at ${JSON.stringify(text.slice(at, at + 80))}`);
		if (BARE_AMPERSAND.test(found)) throw new Error(`a bare ampersand in ${found}`);
		if (name === undefined) continue;
		const names = [...attributes.matchAll(/\s([\w:-]+)="/gu)].map((match) => match[1]);
		if (new Set(names).size !== names.length) throw new Error(`an attribute twice in ${found}`);
		if (closes !== '' && open.pop() !== name) throw new Error(`${found} closes what is not open`);
		if (closes !== '') continue;
		elements.push({ name, selfClosed: selfClosed !== '' });
		if (selfClosed === '') open.push(name);
	}
	if (open.length > 0) throw new Error(`never closed: ${open.join(', ')}`);
	return elements;
}
