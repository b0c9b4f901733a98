/** What each route takes and answers, from the route table. Types alone, so that no code of the server reaches a bundle. */
import type * as z from "zod/mini";
import type { Route, RouteKey, Routes } from "#core/contract/routes.ts";

export type { RouteKey };

/** Routes that anybody may call, and routes that take a session. */
export type PublicRoute = { [K in RouteKey]: Routes[K]["auth"] extends "public" ? K : never }[RouteKey];
export type UserRoute = Exclude<RouteKey, PublicRoute>;

/** The arguments of a call of this route. */
export type Request<K extends RouteKey> = RequestOf<K, Routes[K]>;
/** The body of a successful answer: one of them, where a route has more than one status. */
export type Answer<K extends RouteKey> = Reply<K>["body"];
/** A successful answer: its status says which body it has. */
export type Reply<K extends RouteKey> = ReplyOf<Routes[K]>;

/** The arguments of a route with this description: each part only if the route has it, optional if nothing in it is required. */
export type RequestOf<Key extends string, R> = Params<Key> &
  ("query" extends keyof R ? Part<"query", In<R["query"]>> : unknown) &
  ("body" extends keyof R ? Part<"body", In<R["body"]>> : unknown) &
  ("idempotent" extends keyof R ? { idempotencyKey?: string | undefined } : unknown) &
  ("admission" extends keyof R ? { admission?: string | undefined } : unknown) &
  ("maxInflated" extends keyof R ? { gzip?: boolean } : unknown);

export type ReplyOf<R extends Pick<Route, "answers">> = {
  [S in keyof R["answers"] & number]: { status: S; body: Body<R["answers"][S]> };
}[keyof R["answers"] & number];

type Params<Key extends string> = [Names<Key>] extends [never] ? unknown : { params: Record<Names<Key>, string> };
type Names<Key extends string> = Key extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

type In<S> = S extends z.core.$ZodType ? z.input<S> : never;
type Part<Name extends string, T> = Record<never, never> extends T ? { [N in Name]?: T } : { [N in Name]: T };

/** JSON by its schema; a document of JSON without one; the text of another media type; nothing. */
type Body<A> = A extends z.core.$ZodType
  ? z.output<A>
  : A extends null
    ? undefined
    : A extends "application/json"
      ? unknown
      : string;
