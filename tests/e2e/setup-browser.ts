/** A browser, and nothing to visit. */
import type { TestProject } from "vitest/node";
import { findChromium } from "./chromium.ts";

export default (project: TestProject) => project.provide("chromium", findChromium(console.log));
