/** The service as it is, and it says what memory it holds whenever its parent asks. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import '../service/main';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

process.on('message', () => {
	collectGarbage();
	process.send?.(process.memoryUsage());
});
