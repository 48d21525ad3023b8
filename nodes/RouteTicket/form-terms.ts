import { TriageError } from '../../core/errors';
import type { Mapping } from '../../core/mapping';
import { labelOf } from '../shared/labels';
import { mappingProperties, settingProperties } from './mapping-properties';
import { snakeCase } from './mappings';
import { accessOf, CREDENTIAL_LABELS } from './systems';

const LABELS = new Map(settingProperties.map(({ name, displayName }) => [snakeCase(name), displayName]));
const IN_CREDENTIAL = new RegExp(`\\b(?:settings\\.)?(${Object.keys(CREDENTIAL_LABELS).join('|')})\\b`, 'gu');

/**
 * What the core refuses of a mapping, in the words of the form: "Project Key of mapping 2 (IT) is missing …".
 * Every other error stays as it is.
 */
export function inFormTerms(error: unknown, mapping: Mapping, place: string): unknown {
	if (!(error instanceof TriageError) || error.code !== 'misconfigured') return error;
	const access = accessOf(mapping);
	const ofRow = (name: string): string => `${labelOf(mappingProperties, name)} of ${place}`;
	const address = access?.address ? `the address in the credential for ${access.name}` : ofRow('url');
	const said = error.message
		.replace(/^The mapping to \w+ cannot be used: /u, '')
		.replace(/\bsettings\.(\w+)/gu, (word, key: string) => (LABELS.has(key) ? `${LABELS.get(key)} of ${place}` : word))
		.replace(IN_CREDENTIAL, (_, key: string) => `${CREDENTIAL_LABELS[key]} of the credential`)
		.replace(/\bthe endpoint\b/giu, () => address)
		.replace(/\bthe method\b/giu, () => ofRow('method'))
		.replace(/\b(?:a header of )?the mapping\b/giu, (who) => (who.startsWith('a') ? `a header of ${place}` : place));
	const text = said === error.message ? `${place}: ${said}` : said;
	return new TriageError(error.code, `${text[0].toUpperCase()}${text.slice(1)}`);
}
