// The contract's types by short names.

import type { components } from "./schema";

export type Schemas = components["schemas"];

/** The service that natural persons apply for, and the one of legal persons. */
export const SERVICE = "criminal-record-certificate";
export const COMPANY_SERVICE = "criminal-record-certificate-legal-person";
