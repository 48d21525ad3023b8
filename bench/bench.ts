/** `npm run bench`: figures of one run on one machine, to be read as ratios. */
import { benchClassify } from './classify';
import { benchDelivery } from './delivery';
import { benchGemini } from './gemini';
import { benchPostgres } from './postgres';
import { benchTextClassifier } from './text-classifier';
import { benchWebhook } from './webhook';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 10);

async function main(): Promise<void> {
	console.log(`Node ${process.version}, ${SECONDS} s a measurement\n`);
	await benchClassify();
	await benchWebhook(SECONDS);
	await benchPostgres(SECONDS);
	await benchGemini();
	await benchDelivery();
	await benchTextClassifier();
}

void main();
