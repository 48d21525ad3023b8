import { running } from './set-up';

export default async function tearDown(): Promise<void> {
	await running.postgres?.stop();
}
