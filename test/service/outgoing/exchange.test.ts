import type { Dispatcher } from 'undici';
import { exchange } from '../../../service/outgoing/exchange';

it('stops a second try of the dispatcher before anything is written', async () => {
	const aborts: string[] = [];
	const handlers: Dispatcher.DispatchHandler[] = [];
	const dispatcher = {
		dispatch: (_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => handlers.push(handler),
	} as unknown as Dispatcher;
	const ended = exchange(dispatcher, { origin: 'http://desk.example', path: '/', method: 'POST' }, 5000);
	const [handler] = handlers;
	const controllers = [1, 2].map((attempt) => {
		const abort = (reason: Error): void => {
			aborts.push(`${attempt}`);
			handler.onResponseError?.(controllers[attempt - 1], reason);
		};
		return { abort } as unknown as Dispatcher.DispatchController;
	});
	for (const controller of controllers) handler.onRequestStart?.(controller, null);
	expect(await ended).toMatchObject({ sent: true, response: null, error: { code: 'ECANCELED' } });
	expect(aborts).toEqual(['2']);
});
