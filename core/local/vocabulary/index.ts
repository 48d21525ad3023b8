import { COMMON_VOCABULARY } from './common';
import { FACILITIES_VOCABULARY } from './facilities';
import { FINANCE_VOCABULARY } from './finance';
import { GENERAL_VOCABULARY } from './general';
import { HR_VOCABULARY } from './hr';
import { IT_VOCABULARY } from './it';
import { LEGAL_VOCABULARY } from './legal';
import { SECURITY_VOCABULARY } from './security';
import type { Vocabulary } from './vocabulary';

/** All that is kept by hand, by the department whose tickets it is about. */
export const VOCABULARIES: Record<string, Vocabulary> = {
	it: IT_VOCABULARY,
	hr: HR_VOCABULARY,
	finance: FINANCE_VOCABULARY,
	facilities: FACILITIES_VOCABULARY,
	legal: LEGAL_VOCABULARY,
	security: SECURITY_VOCABULARY,
	general: GENERAL_VOCABULARY,
	common: COMMON_VOCABULARY,
};
