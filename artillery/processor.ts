/**
 * What the scripts of this folder cannot express in YAML: who the visitors are, which answers are right, and what a visitor does next.
 * It is in processor/, one file for each thing that a visitor does.
 * They import nothing from outside this folder, because `artillery run-lambda` and `run-fargate` bundle them.
 */
export * from "./processor/answers.ts";
export * from "./processor/passkey.ts";
export * from "./processor/payment.ts";
export * from "./processor/prepare.ts";
export * from "./processor/queue.ts";
export * from "./processor/seats.ts";
export * from "./processor/visitor.ts";
