import { noAnswer, outageOf } from '../../../service/store/outages';

const coded = (code: string, message = ''): Error => Object.assign(new Error(message), { code });
const named = (name: string): Error => Object.assign(new Error(), { name });

it.each([
	[coded('SQLITE_FULL'), 'its disk is full'],
	[coded('53100'), 'its disk is full'],
	[coded('SQLITE_IOERR_WRITE'), 'its file cannot be read or written'],
	[coded('SQLITE_BUSY'), 'others hold what is asked for'],
	[coded('55P03'), 'others hold what is asked for'],
	[named('KnexTimeoutError'), 'all its connections are in use'],
	[coded('53300'), 'all its connections are in use'],
	[coded('57014'), 'it took too long'],
	[noAnswer(), 'it took too long'],
	[coded('ECONNREFUSED'), 'it cannot be reached'],
	[coded('57P03'), 'it is not at work'],
	[coded('08006'), 'it is not at work'],
	[coded('25006'), 'it can only be read'],
	[new Error('Connection terminated unexpectedly'), 'it cannot be reached'],
	[new Error('select 1 - Connection terminated unexpectedly'), 'it cannot be reached'],
	[new Error('timeout expired'), 'it cannot be reached'],
	[new Error('Query read timeout'), 'it cannot be reached'],
	[new Error('Client has encountered a connection error and is not queryable'), 'it cannot be reached'],
])('%s: %s', (error, reason) => expect(outageOf(error)).toBe(reason));

it.each([
	[coded('42P01')],
	[coded('23505')],
	[coded('SQLITE_CONSTRAINT')],
	[coded('22P02', 'invalid input: "x - Connection terminated unexpectedly"')],
	[coded('22P02', 'x - Connection terminated unexpectedly')],
	[new Error('insert (Connection terminated unexpectedly) - wrong')],
	[new TypeError('x is undefined')],
	['SQLITE_FULL'],
	[null],
	[undefined],
])('%s is no outage', (error) => expect(outageOf(error)).toBeNull());
