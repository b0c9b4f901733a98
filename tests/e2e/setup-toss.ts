import type { TestProject } from "vitest/node";
import { setUp } from "./setup.ts";

export default (project: TestProject) => setUp(project, "toss");
