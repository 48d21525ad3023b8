import type { RunningService } from './service';

/** Requests to the service have found nothing under their keys when they stop; they go on when that is called. */
export function holdBack({ service: { pipeline } }: Pick<RunningService, 'service'>): {
	stopped: Promise<void>;
	goOn: () => void;
} {
	const accept = pipeline.accept.bind(pipeline);
	let goOn = (): void => undefined;
	const gate = new Promise<void>((resolve) => (goOn = resolve));
	const stopped = new Promise<void>((stop) => {
		jest.spyOn(pipeline, 'accept').mockImplementation(async (...args) => {
			stop();
			await gate;
			return accept(...args);
		});
	});
	return { stopped, goOn };
}
