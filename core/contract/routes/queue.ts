/** The queue. */
import { Unverified } from "#core/account/schema.ts";
import * as Catalog from "#core/catalog/schema.ts";
import * as Queue from "#core/queue/schema.ts";
import { opening, type Route, steady } from "./route.ts";

export const queue = {
  "POST /v1/events/{eventId}/queue/places": {
    service: "queue",
    auth: "user",
    summary: "Join the queue. A visitor who has a place gets the same one",
    body: Queue.Join,
    answers: { 200: Queue.Place, 201: Queue.Place },
    errors: [
      Catalog.EventNotFound,
      Queue.QueueDisabled,
      Unverified,
      Queue.ChallengeRequired,
      Queue.NotYourPlace,
      Queue.PlaceInvalid,
      Queue.QueueClosed,
      Queue.QueueUnavailable,
    ],
    throttle: opening,
  },
  "GET /v1/events/{eventId}/queue": {
    service: "queue",
    auth: "public",
    summary: "How far the queue is. The answer is the same for everyone",
    answers: { 200: Queue.QueueStatus },
    errors: [Catalog.EventNotFound, Queue.QueueDisabled, Queue.QueueUnavailable],
    cache: "public, max-age=1",
    throttle: opening,
  },
  "POST /v1/events/{eventId}/queue/admissions": {
    service: "queue",
    auth: "user",
    summary: "Enter, once the place's number is called",
    body: Queue.Claim,
    answers: { 201: Queue.Admission },
    errors: [
      Catalog.EventNotFound,
      Queue.QueueDisabled,
      Queue.NotYet,
      Queue.NotYourPlace,
      Queue.PlaceInvalid,
      Queue.PlaceSpent,
      Queue.QueueClosed,
      Queue.QueueUnavailable,
    ],
    throttle: opening,
  },
  "DELETE /v1/events/{eventId}/queue/admissions": {
    service: "queue",
    auth: "user",
    summary: "Leave. The next visitor can enter",
    answers: { 204: null },
    errors: [Catalog.EventNotFound, Queue.QueueDisabled, Queue.QueueUnavailable],
    throttle: steady,
  },
} as const satisfies Record<string, Route>;
