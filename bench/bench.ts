/** `npm run bench`: figures of one run on one machine, to be read as ratios; `-- --quick` only shows that all of it runs. */
import { benchClassify } from './classify';
import { benchDelivery } from './delivery';
import { benchGemini } from './gemini';
import { benchPostgres } from './postgres';
import { SCALE } from './scale';
import { benchTextClassifier } from './text-classifier';
import { benchWebhook } from './webhook';

async function main(): Promise<void> {
	const { seconds } = SCALE;
	console.log(`Node ${process.version}, ${seconds} s a measurement\n`);
	await benchClassify();
	await benchWebhook(seconds);
	await benchPostgres(seconds);
	await benchGemini();
	await benchDelivery();
	await benchTextClassifier();
}

void main();
