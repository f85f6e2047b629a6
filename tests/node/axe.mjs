// Looks at a page with axe, for what shuts people with a disability out.

import assert from "node:assert/strict";
import axe from "axe-core";

/** The violations of all of axe's rules, or of those with one of these tags. */
export async function violations(page, tags) {
	assert.equal(page.frames().length, 1, `${page.url()} has frames: axe would have to be in each of them`);
	// Once for each page, however often it is looked at: this takes longer than a look.
	if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
	const options = { resultTypes: ["violations"], ...(tags && { runOnly: { type: "tag", values: tags } }) };
	const { violations } = await page.evaluate((options) => window.axe.run(document, options), options);
	return violations;
}
