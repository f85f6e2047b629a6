// What the build puts into the pages: see `vite.config.ts`.

/** The Hub's address: the issuer of its tokens, and where its API is called. */
declare const HUB: string;
