import { isRecord } from '../core/json';

/** A scalar as protobuf's JSON mapping reads it; undefined where it does not fit. Numbers may come as texts. */
export const SCALARS: Record<string, (value: unknown) => unknown> = {
	string: (value) => (typeof value === 'string' ? value : undefined),
	bool: (value) => (typeof value === 'boolean' ? value : undefined),
	bytes: (value) => (typeof value === 'string' && /^[\w+/-]*={0,2}$/u.test(value) ? value : undefined),
	int32: (value) => integer(value, 2 ** 31),
	int64: (value) => integer(value, 2 ** 63),
	float: (value) => within(numberOf(value), 3.4028234663852886e38),
	double: (value) => within(numberOf(value), Number.MAX_VALUE),
	'google.protobuf.Value': (value) => value,
	'google.protobuf.Struct': (value) => (isRecord(value) ? value : undefined),
};

function integer(value: unknown, limit: number): number | undefined {
	const number = numberOf(value);
	return Number.isInteger(number) && number !== undefined && number >= -limit && number < limit ? number : undefined;
}

function within(number: number | undefined, limit: number): number | undefined {
	return number !== undefined && Math.abs(number) <= limit ? number : undefined;
}

function numberOf(value: unknown): number | undefined {
	if (typeof value === 'number') return value;
	return typeof value === 'string' && /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/u.test(value) ? Number(value) : undefined;
}
