import type { JsonRecord } from '../core/json';
import { textsIn } from './slack-blocks';

/** `<!channel>`, `<@U…>`, `<#C…>`, and links with or without a text of their own. */
const MARKUP = /<(?:[!@#][^<>]+|[a-z][a-z\d+.-]*:[^<>]+)>/giu;
/** Names that Slack makes mentions of where it is asked to. */
const NAMES = /(?<![\w&])[@#][\p{L}\p{N}._-]+/gu;

/**
 * What Slack would take for a mention or a link in a message. It reads `text`, the attachments and every text object of
 * kind mrkdwn; plain text shows as it is.
 */
export function mentionsIn(message: JsonRecord): string[] {
	const { text, blocks, attachments, mrkdwn, parse, link_names: linkNames } = message;
	const objects = [...textsIn(blocks), ...textsIn(attachments)].filter(({ type }) => type !== 'plain_text');
	const top = typeof text === 'string' && mrkdwn !== false ? [text] : [];
	const texts = [...top, ...objects.map((one) => String(one.text))];
	const takesNames = parse === 'full' || linkNames === true || linkNames === 1;
	return texts.flatMap((one) => [...(one.match(MARKUP) ?? []), ...(takesNames ? (one.match(NAMES) ?? []) : [])]);
}
