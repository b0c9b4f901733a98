// Made by `npm run types -w web` from core/contract/openapi.ts.
export interface paths {
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign up */
        post: operations["postAccounts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in */
        post: operations["postSessions"];
        /** Sign out of this session */
        delete: operations["deleteSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Exchange a refresh token for a new pair */
        post: operations["postSessionsRefresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who I am */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My balance */
        get: operations["getWallet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallet/charges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Charge points. The answer is 202 while the gateway or the buyer has something to do */
        post: operations["postWalletCharges"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallet/charges/form": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the provider's payment window needs. Send the charge with the same Idempotency-Key */
        post: operations["postWalletChargesForm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallet/charges/{chargeId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A charge of mine. While it is pending, the gateway is asked again, at most every two seconds */
        get: operations["getWalletChargesChargeId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallet/charges/{chargeId}/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Back from the bank, or giving up (`cancel`). The answer is the charge as it is then */
        post: operations["postWalletChargesChargeIdReturn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallet/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My ledger, newest first */
        get: operations["getWalletEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events by start time. Without `from` those that have not begun. `to` is included, a date as a whole day (UTC) */
        get: operations["getEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An event */
        get: operations["getEventsEventId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{eventId}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The seating plan as it was uploaded, gzip-encoded */
        get: operations["getEventsEventIdPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{eventId}/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Free seats by section */
        get: operations["getEventsEventIdAvailability"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{eventId}/sections/{sectionId}/seats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Taken seats of a section */
        get: operations["getEventsEventIdSectionsSectionIdSeats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{eventId}/queue/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Join the queue. A visitor who has a place gets the same one */
        post: operations["postEventsEventIdQueuePlaces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{eventId}/queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the queue is. The answer is the same for everyone */
        get: operations["getEventsEventIdQueue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{eventId}/queue/admissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enter, once the place's number is called */
        post: operations["postEventsEventIdQueueAdmissions"];
        /** Leave. The next visitor can enter */
        delete: operations["deleteEventsEventIdQueueAdmissions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My orders, newest first */
        get: operations["getOrders"];
        put?: never;
        /** Hold seats: chosen ones or the best available */
        post: operations["postOrders"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{orderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An order of mine */
        get: operations["getOrdersOrderId"];
        put?: never;
        post?: never;
        /** Release a held order, or cancel a confirmed one for a refund */
        delete: operations["deleteOrdersOrderId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{orderId}/payment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pay an order. The outcome is on the order later */
        post: operations["postOrdersOrderIdPayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{orderId}/payment/form": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the provider's payment window needs. Send the payment with the same Idempotency-Key */
        post: operations["postOrdersOrderIdPaymentForm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders/{orderId}/payment/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Back from the bank, or giving up (`cancel`). The gateway is asked again, at most every two seconds */
        post: operations["postOrdersOrderIdPaymentReturn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/methods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How orders can be paid here, and what a page needs for it */
        get: operations["getPaymentsMethods"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tickets/{ticketId}/qr": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A ticket's QR code */
        get: operations["getTicketsTicketIdQr"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/webhooks/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A payment provider's message. `sandbox`: `Onsale-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>`. `stripe`: `Stripe-Signature`. `toss.<secret>`: unsigned, known by its path */
        post: operations["postPaymentsWebhooksProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create an event with a seating plan, general admission, or both */
        post: operations["postAdminEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/events/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Pause, close or resume a sale; change its queue's settings or its times */
        patch: operations["patchAdminEventsEventId"];
        trace?: never;
    };
    "/v1/admin/events/{eventId}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sale in figures */
        get: operations["getAdminEventsEventIdStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Orders of an event */
        get: operations["getAdminOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/orders/{orderId}/refund": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refund an order, or end a refund whose money was returned by other means. Without its owner (`userId`) the order is found only once its e-mail has gone out */
        post: operations["postAdminOrdersOrderIdRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/check-ins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check a ticket in to its event, once */
        post: operations["postAdminCheckIns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/check-ins/{ticketId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Undo a check-in. The ticket lets one person in again */
        delete: operations["deleteAdminCheckInsTicketId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the API answers */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This API as an OpenAPI 3.1 document */
        get: operations["getOpenapiJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Account: {
            userId: string;
            email: string;
            name: string;
        };
        AdminOrder: {
            orderId: string;
            eventId: string;
            /** @enum {string} */
            status: "held" | "paying" | "confirmed" | "refunding" | "refunded" | "released" | "expired";
            seats: {
                seatId: string;
                sectionId: string;
                row: string | null;
                number: string | null;
                category: string;
                price: number;
            }[];
            total: number;
            currency: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            payBy: string;
            payment?: {
                attemptId: string;
                /** @enum {string} */
                method: "points" | "card";
                /** @enum {string} */
                status: "pending" | "approved" | "declined" | "refunded";
                /** @enum {string} */
                reason?: "wallet.insufficient" | "card.declined" | "card.unverified" | "card.too_many_declined" | "seat.lost" | "order.expired" | "payment.unconfirmed" | "payment.mismatch" | "payment.capture_failed";
                code?: string;
                /** @enum {string} */
                refund?: "failed" | "otherwise";
                disputed?: boolean;
                action?: {
                    /** @constant */
                    type: "redirect";
                    url: string;
                } | {
                    /** @constant */
                    type: "stripe";
                    clientSecret: string;
                };
            };
            unsentMails?: {
                /** @enum {string} */
                about: "confirmed" | "refunded" | "released";
                /** @enum {string} */
                reason: "limit" | "refused";
            }[];
            tickets?: {
                ticketId: string;
                seatId: string;
                code: string;
            }[];
            userId: string;
            email?: string;
        };
        AdminOrderList: {
            items: components["schemas"]["AdminOrder"][];
            next: string | null;
        };
        Admission: {
            admission: string;
            /** Format: date-time */
            expiresAt: string;
        };
        Availability: {
            sections: {
                sectionId: string;
                capacity: number;
                free: number;
            }[];
            /** Format: date-time */
            asOf: string;
        };
        CheckIn: {
            eventId: string;
            code: string;
        };
        CheckedIn: {
            ticketId: string;
            orderId: string;
            userId: string;
            eventId: string;
            seatId: string;
            seat: {
                seatId: string;
                sectionId: string;
                row: string | null;
                number: string | null;
                category: string;
            };
            /** Format: date-time */
            checkedInAt: string;
        };
        Claim: {
            place: string;
        };
        Credentials: {
            email: string;
            password: string;
            challenge?: string;
        };
        Event: {
            eventId: string;
            /** @enum {string} */
            kind: "concert" | "match" | "theatre" | "flight" | "club";
            title: string;
            venue: string;
            /** Format: date-time */
            startsAt: string;
            /** Format: date-time */
            salesOpenAt: string;
            /** Format: date-time */
            salesCloseAt: string;
            /** Format: date-time */
            cancelUntil: string;
            /** @enum {string} */
            status: "scheduled" | "onsale" | "paused" | "closed" | "soldout";
            currency: string;
            prices: {
                [key: string]: number;
            };
            maxSeatsPerOrder: number;
            maxSeatsPerUser: number;
            holdSeconds: number;
            queue: {
                enabled: boolean;
                admitPerSecond: number;
                maxActive: number;
                sessionSeconds: number;
                claimSeconds: number;
                /** @enum {string} */
                challenge?: "none" | "work";
                difficulty?: number;
            };
            draw: {
                commitment: string;
                seed?: string;
            };
            sections: {
                sectionId: string;
                name: string;
                /** @enum {string} */
                kind: "seated" | "general";
                capacity: number;
            }[];
            flight?: {
                origin: string;
                destination: string;
                /** Format: date-time */
                departsAt: string;
                /** Format: date-time */
                arrivesAt: string;
            };
        };
        EventList: {
            items: components["schemas"]["Event"][];
            next: string | null;
        };
        EventPatch: {
            /** @enum {string} */
            status?: "paused" | "closed" | "onsale";
            /** Format: date-time */
            salesOpenAt?: string;
            /** Format: date-time */
            salesCloseAt?: string;
            queue?: {
                admitPerSecond?: number;
                maxActive?: number;
                sessionSeconds?: number;
                claimSeconds?: number;
                /** @enum {string} */
                challenge?: "none" | "work";
                difficulty?: number;
            };
        };
        Join: {
            place?: string;
            challenge?: string;
        };
        Me: {
            userId: string;
            email: string;
            name: string;
            roles: string[];
        };
        NewAccount: {
            /** Format: email */
            email: string;
            password: string;
            name: string & (unknown & unknown);
        };
        NewEvent: {
            /** @enum {string} */
            kind: "concert" | "match" | "theatre" | "flight" | "club";
            title: string & (unknown & unknown);
            venue: string & (unknown & unknown);
            /** Format: date-time */
            startsAt: string;
            /** Format: date-time */
            salesOpenAt: string;
            /** Format: date-time */
            salesCloseAt?: string;
            /** Format: date-time */
            cancelUntil?: string;
            /** @default KRW */
            currency: string;
            prices: {
                [key: string]: number;
            };
            /** @default 4 */
            maxSeatsPerOrder: number;
            /** @default 8 */
            maxSeatsPerUser: number;
            /** @default 300 */
            holdSeconds: number;
            /**
             * @default {
             *       "enabled": true,
             *       "admitPerSecond": 50,
             *       "maxActive": 1000,
             *       "sessionSeconds": 600,
             *       "claimSeconds": 60
             *     }
             */
            queue: {
                /** @default true */
                enabled: boolean;
                /** @default 50 */
                admitPerSecond: number;
                /** @default 1000 */
                maxActive: number;
                /** @default 600 */
                sessionSeconds: number;
                /** @default 60 */
                claimSeconds: number;
                /** @enum {string} */
                challenge?: "none" | "work";
                difficulty?: number;
            };
            flight?: {
                origin: string;
                destination: string;
                /** Format: date-time */
                departsAt: string;
                /** Format: date-time */
                arrivesAt: string;
            };
            plan?: components["schemas"]["SeatingPlan"];
            generalAdmission?: {
                sectionId: string;
                name: string & (unknown & unknown);
                capacity: number;
                category: string & (unknown & unknown);
            }[];
        };
        NewOrder: {
            eventId: string;
            seats: string[];
        } | {
            eventId: string;
            pick: {
                quantity: number;
                sectionId?: string;
                category?: string;
            };
        };
        Order: {
            orderId: string;
            eventId: string;
            /** @enum {string} */
            status: "held" | "paying" | "confirmed" | "refunding" | "refunded" | "released" | "expired";
            seats: {
                seatId: string;
                sectionId: string;
                row: string | null;
                number: string | null;
                category: string;
                price: number;
            }[];
            total: number;
            currency: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            payBy: string;
            payment?: {
                attemptId: string;
                /** @enum {string} */
                method: "points" | "card";
                /** @enum {string} */
                status: "pending" | "approved" | "declined" | "refunded";
                /** @enum {string} */
                reason?: "wallet.insufficient" | "card.declined" | "card.unverified" | "card.too_many_declined" | "seat.lost" | "order.expired" | "payment.unconfirmed" | "payment.mismatch" | "payment.capture_failed";
                code?: string;
                /** @enum {string} */
                refund?: "failed" | "otherwise";
                disputed?: boolean;
                action?: {
                    /** @constant */
                    type: "redirect";
                    url: string;
                } | {
                    /** @constant */
                    type: "stripe";
                    clientSecret: string;
                };
            };
            unsentMails?: {
                /** @enum {string} */
                about: "confirmed" | "refunded" | "released";
                /** @enum {string} */
                reason: "limit" | "refused";
            }[];
            tickets?: {
                ticketId: string;
                seatId: string;
                code: string;
            }[];
        };
        OrderList: {
            items: components["schemas"]["Order"][];
            next: string | null;
        };
        OrganiserRefund: {
            force?: boolean;
            returnedOtherwise?: boolean;
        };
        Pay: {
            /** @constant */
            method: "points";
        } | {
            /** @constant */
            method: "card";
            card: {
                token: string;
            };
        };
        PaymentForm: {
            reference: string;
            amount: number;
            clientKey: string;
        };
        PaymentMethods: {
            points: {
                currency: string;
                free: boolean;
            };
            card: ({
                /** @constant */
                provider: "sandbox";
            } | {
                /** @constant */
                provider: "stripe";
                publishableKey: string;
            } | {
                /** @constant */
                provider: "toss";
                clientKey: string;
            }) | null;
        };
        PaymentReturn: {
            cancel?: boolean;
        };
        Place: {
            place: string;
            /** @enum {string} */
            phase: "lobby" | "line" | "paused" | "closed" | "soldout";
            number: number | null;
        };
        QueueStatus: {
            /** @enum {string} */
            phase: "lobby" | "line" | "paused" | "closed" | "soldout";
            serving: number;
            issued: number;
            lobby: number;
            active: number;
            admitPerSecond: number;
            /** Format: date-time */
            opensAt: string;
            draw: {
                commitment: string;
                seed?: string;
            };
            /** Format: date-time */
            asOf: string;
        };
        Refresh: {
            refreshToken: string;
        };
        SeatingPlan: {
            name: string & (unknown & unknown);
            size: {
                width: number;
                height: number;
            } & {
                [key: string]: unknown;
            };
            categories: ({
                name: string & (unknown & unknown);
                color: string;
            } & {
                [key: string]: unknown;
            })[];
            zones: ({
                name: string & (unknown & unknown);
                zone_id?: string;
                position: {
                    x: number;
                    y: number;
                } & {
                    [key: string]: unknown;
                };
                rows?: ({
                    row_number: string;
                    position?: {
                        x: number;
                        y: number;
                    } & {
                        [key: string]: unknown;
                    };
                    seats: ({
                        seat_guid: string & (unknown & unknown);
                        seat_number: string;
                        position: {
                            x: number;
                            y: number;
                        } & {
                            [key: string]: unknown;
                        };
                        category: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                } & {
                    [key: string]: unknown;
                })[];
                areas?: ({
                    shape?: string;
                    color?: string | null;
                    position?: {
                        x: number;
                        y: number;
                    } & {
                        [key: string]: unknown;
                    };
                    rotation?: number | null;
                    rectangle?: ({
                        width: number;
                        height: number;
                    } & {
                        [key: string]: unknown;
                    }) | null;
                    circle?: ({
                        radius: number;
                    } & {
                        [key: string]: unknown;
                    }) | null;
                    ellipse?: ({
                        radius: {
                            x: number;
                            y: number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    }) | null;
                    polygon?: ({
                        points: ({
                            x: number;
                            y: number;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    }) | null;
                    text?: ({
                        text?: string | null;
                        position?: ({
                            x: number;
                            y: number;
                        } & {
                            [key: string]: unknown;
                        }) | null;
                    } & {
                        [key: string]: unknown;
                    }) | null;
                } & {
                    [key: string]: unknown;
                })[];
            } & {
                [key: string]: unknown;
            })[];
        } & {
            [key: string]: unknown;
        };
        SectionSeats: {
            sectionId: string;
            taken: {
                [key: string]: "held" | "sold";
            };
            /** Format: date-time */
            asOf: string;
        };
        Session: {
            accessToken: string;
            refreshToken: string;
            expiresIn: number;
            /** @constant */
            tokenType: "Bearer";
        };
        Stats: {
            queue: {
                phase: string;
                issued: number;
                serving: number;
                active: number;
            } | null;
            seats: {
                free: number;
                held: number;
                sold: number;
            };
            orders: {
                [key: string]: number;
            };
            conflicts: number;
            revenue: number;
        };
        Wallet: {
            balance: number;
            currency: string;
        };
        WalletCharge: {
            amount: number;
            card?: {
                token: string;
            };
        };
        WalletChargeForm: {
            reference: string;
            amount: number;
            clientKey: string;
        };
        WalletChargeState: {
            chargeId: string;
            /** @enum {string} */
            status: "pending" | "done" | "declined";
            amount: number;
            action?: {
                /** @constant */
                type: "redirect";
                url: string;
            } | {
                /** @constant */
                type: "stripe";
                clientSecret: string;
            };
            /** @enum {string} */
            reason?: "card.declined" | "card.unverified" | "payment.unconfirmed" | "payment.mismatch" | "wallet.balance_too_high";
            code?: string;
            entry?: components["schemas"]["WalletEntry"];
            balance?: number;
        };
        WalletCharged: {
            balance: number;
            entry: components["schemas"]["WalletEntry"];
        };
        WalletEntries: {
            items: components["schemas"]["WalletEntry"][];
            next: string | null;
        };
        WalletEntry: {
            entryId: string;
            /** @enum {string} */
            kind: "charge" | "payment" | "refund";
            amount: number;
            balance: number;
            orderId?: string;
            /** Format: date-time */
            createdAt: string;
        };
        WalletReturn: {
            cancel?: boolean;
        };
        WalletWindow: {
            amount: number;
        };
        /** @description RFC 9457. `code` is stable; further members depend on it. */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            instance: string;
            code: string;
            /** @description One entry a fault of the request. */
            errors?: {
                path: string;
                message: string;
            }[];
        };
    };
    responses: never;
    parameters: {
        /** @description The same key with the same request gives the same answer, and does nothing twice. Made up where it is missing. */
        IdempotencyKey: string;
        /** @description The token of a claimed admission, where the event has a queue. */
        Admission: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    postAccounts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAccount"];
            };
        };
        responses: {
            /** @description Sign up */
            201: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `account.email_taken`: There is an account with this e-mail address already. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account.email_taken";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    postSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description Sign in */
            201: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `session.invalid_credentials`: E-mail or password is wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "session.invalid_credentials";
                    };
                };
            };
            /** @description `session.challenge_required`: Many sign-ins from this address have failed, so each costs a little work: sign in with a `challenge` of the given token, a dot and a nonce, so that its SHA-256 begins with `difficulty` zero bits. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "session.challenge_required";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /**
             * @description `session.too_many_attempts`: Too many failed attempts: try again later.
             *
             *     `request.throttled`: Too many requests: slow down.
             */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "session.too_many_attempts" | "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    deleteSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sign out of this session */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    postSessionsRefresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Refresh"];
            };
        };
        responses: {
            /** @description Exchange a refresh token for a new pair */
            201: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /**
             * @description `session.invalid`: This refresh token is not valid or has expired.
             *
             *     `session.reused`: This refresh token was used before: the session is revoked.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "session.invalid" | "session.reused";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who I am */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getWallet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description My balance */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    postWalletCharges: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer, and does nothing twice. Made up where it is missing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WalletCharge"];
            };
        };
        responses: {
            /** @description Charge points. The answer is 202 while the gateway or the buyer has something to do */
            201: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WalletCharged"];
                };
            };
            /** @description Charge points. The answer is 202 while the gateway or the buyer has something to do */
            202: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WalletChargeState"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `wallet.charge_declined`: The charge by card did not go through. */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "wallet.charge_declined";
                    };
                };
            };
            /**
             * @description `wallet.cards_off`: Points cannot be charged by card here.
             *
             *     `wallet.balance_too_high`: The wallet cannot hold that much.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "wallet.cards_off" | "wallet.balance_too_high";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /**
             * @description `request.invalid`: The request is not valid.
             *
             *     `request.idempotency_mismatch`: This Idempotency-Key was used with another request.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid" | "request.idempotency_mismatch";
                    };
                };
            };
            /**
             * @description `card.too_many_declined`: Too many cards were declined: no card is asked until the time in Retry-After is over. Points pay.
             *
             *     `request.throttled`: Too many requests: slow down.
             */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "card.too_many_declined" | "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `wallet.charge_pending`: The payment gateway does not answer, and nothing was charged. Send the same request with the same Idempotency-Key again.
             *
             *     `unavailable`: This is not available right now. Try again in a moment.
             */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "wallet.charge_pending" | "unavailable";
                    };
                };
            };
        };
    };
    postWalletChargesForm: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer, and does nothing twice. Made up where it is missing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WalletWindow"];
            };
        };
        responses: {
            /** @description What the provider's payment window needs. Send the charge with the same Idempotency-Key */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WalletChargeForm"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /**
             * @description `wallet.cards_off`: Points cannot be charged by card here.
             *
             *     `wallet.balance_too_high`: The wallet cannot hold that much.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "wallet.cards_off" | "wallet.balance_too_high";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /**
             * @description `request.invalid`: The request is not valid.
             *
             *     `request.idempotency_mismatch`: This Idempotency-Key was used with another request.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid" | "request.idempotency_mismatch";
                    };
                };
            };
            /**
             * @description `card.too_many_declined`: Too many cards were declined: no card is asked until the time in Retry-After is over. Points pay.
             *
             *     `request.throttled`: Too many requests: slow down.
             */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "card.too_many_declined" | "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getWalletChargesChargeId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chargeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A charge of mine. While it is pending, the gateway is asked again, at most every two seconds */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WalletChargeState"];
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `wallet.charge_not_found`: You have no such charge. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "wallet.charge_not_found";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    postWalletChargesChargeIdReturn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chargeId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WalletReturn"];
            };
        };
        responses: {
            /** @description Back from the bank, or giving up (`cancel`). The answer is the charge as it is then */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WalletChargeState"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `wallet.charge_not_found`: You have no such charge. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "wallet.charge_not_found";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getWalletEntries: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description My ledger, newest first */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WalletEntries"];
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getEvents: {
        parameters: {
            query?: {
                q?: string;
                kind?: "concert" | "match" | "theatre" | "flight" | "club";
                from?: string;
                to?: string;
                origin?: string;
                destination?: string;
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events by start time. Without `from` those that have not begun. `to` is included, a date as a whole day (UTC) */
            200: {
                headers: {
                    "Cache-Control"?: "public, max-age=5";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getEventsEventId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An event */
            200: {
                headers: {
                    "Cache-Control"?: "public, max-age=2";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            /** @description `event.not_found`: There is no such event. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "event.not_found";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getEventsEventIdPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The seating plan as it was uploaded, gzip-encoded */
            200: {
                headers: {
                    "Cache-Control"?: "public, max-age=31536000, immutable";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description The copy that is held is good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `event.not_found`: There is no such event.
             *
             *     `plan.not_found`: This event has no seating plan.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "event.not_found" | "plan.not_found";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getEventsEventIdAvailability: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Free seats by section */
            200: {
                headers: {
                    "Cache-Control"?: "public, max-age=1";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Availability"];
                };
            };
            /** @description `event.not_found`: There is no such event. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "event.not_found";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getEventsEventIdSectionsSectionIdSeats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                eventId: string;
                sectionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken seats of a section */
            200: {
                headers: {
                    "Cache-Control"?: "public, max-age=1";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SectionSeats"];
                };
            };
            /**
             * @description `event.not_found`: There is no such event.
             *
             *     `section.not_found`: This event has no such section.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "event.not_found" | "section.not_found";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    postEventsEventIdQueuePlaces: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Join"];
            };
        };
        responses: {
            /** @description Join the queue. A visitor who has a place gets the same one */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Place"];
                };
            };
            /** @description Join the queue. A visitor who has a place gets the same one */
            201: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Place"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /**
             * @description `queue.challenge_required`: A new place costs a little work here: join with a `challenge` of the given token, a dot and a nonce, so that its SHA-256 begins with `difficulty` zero bits.
             *
             *     `queue.place_foreign`: This place belongs to another account.
             *
             *     `queue.place_invalid`: This place token is not valid: join the queue.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "queue.challenge_required" | "queue.place_foreign" | "queue.place_invalid";
                    };
                };
            };
            /**
             * @description `event.not_found`: There is no such event.
             *
             *     `queue.disabled`: This event has no queue: go straight to the seats.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "event.not_found" | "queue.disabled";
                    };
                };
            };
            /** @description `queue.closed`: The sale is over: the queue takes nobody any more. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "queue.closed";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `queue.unavailable`: The queue cannot be reached right now. A place that you have is kept: try again in a moment.
             *
             *     `unavailable`: This is not available right now. Try again in a moment.
             */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "queue.unavailable" | "unavailable";
                    };
                };
            };
        };
    };
    getEventsEventIdQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How far the queue is. The answer is the same for everyone */
            200: {
                headers: {
                    "Cache-Control"?: "public, max-age=1";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueueStatus"];
                };
            };
            /**
             * @description `event.not_found`: There is no such event.
             *
             *     `queue.disabled`: This event has no queue: go straight to the seats.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "event.not_found" | "queue.disabled";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `queue.unavailable`: The queue cannot be reached right now. A place that you have is kept: try again in a moment.
             *
             *     `unavailable`: This is not available right now. Try again in a moment.
             */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "queue.unavailable" | "unavailable";
                    };
                };
            };
        };
    };
    postEventsEventIdQueueAdmissions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                eventId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Claim"];
            };
        };
        responses: {
            /** @description Enter, once the place's number is called */
            201: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Admission"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /**
             * @description `queue.place_foreign`: This place belongs to another account.
             *
             *     `queue.place_invalid`: This place token is not valid: join the queue.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "queue.place_foreign" | "queue.place_invalid";
                    };
                };
            };
            /**
             * @description `event.not_found`: There is no such event.
             *
             *     `queue.disabled`: This event has no queue: go straight to the seats.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "event.not_found" | "queue.disabled";
                    };
                };
            };
            /**
             * @description `queue.not_yet`: It is not your turn yet.
             *
             *     `queue.place_spent`: This place was used: join again for a new one.
             *
             *     `queue.closed`: The sale is over: the queue takes nobody any more.
             */
            409: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "queue.not_yet" | "queue.place_spent" | "queue.closed";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `queue.unavailable`: The queue cannot be reached right now. A place that you have is kept: try again in a moment.
             *
             *     `unavailable`: This is not available right now. Try again in a moment.
             */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "queue.unavailable" | "unavailable";
                    };
                };
            };
        };
    };
    deleteEventsEventIdQueueAdmissions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Leave. The next visitor can enter */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /**
             * @description `event.not_found`: There is no such event.
             *
             *     `queue.disabled`: This event has no queue: go straight to the seats.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "event.not_found" | "queue.disabled";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `queue.unavailable`: The queue cannot be reached right now. A place that you have is kept: try again in a moment.
             *
             *     `unavailable`: This is not available right now. Try again in a moment.
             */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "queue.unavailable" | "unavailable";
                    };
                };
            };
        };
    };
    getOrders: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description My orders, newest first */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderList"];
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    postOrders: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer, and does nothing twice. Made up where it is missing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The token of a claimed admission, where the event has a queue. */
                Admission?: components["parameters"]["Admission"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOrder"];
            };
        };
        responses: {
            /** @description Hold seats: chosen ones or the best available */
            201: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `queue.admission_required`: A valid admission is needed in the Admission header: join the queue and claim one. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "queue.admission_required";
                    };
                };
            };
            /** @description `event.not_found`: There is no such event. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "event.not_found";
                    };
                };
            };
            /**
             * @description `seat.taken`: A seat of your choice is taken.
             *
             *     `seat.none_left`: Nothing that fits is free.
             *
             *     `order.limit_reached`: This is more than one order, or one person, may have of this event.
             *
             *     `order.open_exists`: You have an open order for this event: pay or release it first.
             *
             *     `order.cooldown`: You have released or lost three holds of this event within ten minutes. Wait before you hold seats again.
             *
             *     `event.not_onsale`: The event is not on sale.
             */
            409: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "seat.taken" | "seat.none_left" | "order.limit_reached" | "order.open_exists" | "order.cooldown" | "event.not_onsale";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /**
             * @description `seat.unknown`: The event's plan has no such seat.
             *
             *     `request.invalid`: The request is not valid.
             *
             *     `request.idempotency_mismatch`: This Idempotency-Key was used with another request.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "seat.unknown" | "request.invalid" | "request.idempotency_mismatch";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `order.busy`: Too many people want these seats at once. Nothing was decided: try again.
             *
             *     `unavailable`: This is not available right now. Try again in a moment.
             */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "order.busy" | "unavailable";
                    };
                };
            };
        };
    };
    getOrdersOrderId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An order of mine */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `order.not_found`: You have no such order. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "order.not_found";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    deleteOrdersOrderId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Release a held order, or cancel a confirmed one for a refund */
            202: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Release a held order, or cancel a confirmed one for a refund */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `order.not_found`: You have no such order. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "order.not_found";
                    };
                };
            };
            /** @description `order.not_cancellable`: This order cannot be cancelled in its present state. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "order.not_cancellable";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `order.busy`: Too many people want these seats at once. Nothing was decided: try again.
             *
             *     `unavailable`: This is not available right now. Try again in a moment.
             */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "order.busy" | "unavailable";
                    };
                };
            };
        };
    };
    postOrdersOrderIdPayment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer, and does nothing twice. Made up where it is missing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Pay"];
            };
        };
        responses: {
            /** @description Pay an order. The outcome is on the order later */
            202: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `order.not_found`: You have no such order. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "order.not_found";
                    };
                };
            };
            /**
             * @description `order.expired`: The time to pay this order has passed.
             *
             *     `order.not_payable`: This order cannot be paid in its present state.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "order.expired" | "order.not_payable";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /**
             * @description `request.invalid`: The request is not valid.
             *
             *     `request.idempotency_mismatch`: This Idempotency-Key was used with another request.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid" | "request.idempotency_mismatch";
                    };
                };
            };
            /**
             * @description `card.too_many_declined`: Too many cards were declined: no card is asked until the time in Retry-After is over. Points pay.
             *
             *     `request.throttled`: Too many requests: slow down.
             */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "card.too_many_declined" | "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    postOrdersOrderIdPaymentForm: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer, and does nothing twice. Made up where it is missing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the provider's payment window needs. Send the payment with the same Idempotency-Key */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentForm"];
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `order.not_found`: You have no such order. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "order.not_found";
                    };
                };
            };
            /**
             * @description `order.expired`: The time to pay this order has passed.
             *
             *     `order.not_payable`: This order cannot be paid in its present state.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "order.expired" | "order.not_payable";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /**
             * @description `request.invalid`: The request is not valid.
             *
             *     `request.idempotency_mismatch`: This Idempotency-Key was used with another request.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid" | "request.idempotency_mismatch";
                    };
                };
            };
            /**
             * @description `card.too_many_declined`: Too many cards were declined: no card is asked until the time in Retry-After is over. Points pay.
             *
             *     `request.throttled`: Too many requests: slow down.
             */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "card.too_many_declined" | "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    postOrdersOrderIdPaymentReturn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PaymentReturn"];
            };
        };
        responses: {
            /** @description Back from the bank, or giving up (`cancel`). The gateway is asked again, at most every two seconds */
            202: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `order.not_found`: You have no such order. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "order.not_found";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getPaymentsMethods: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How orders can be paid here, and what a page needs for it */
            200: {
                headers: {
                    "Cache-Control"?: "public, max-age=60";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentMethods"];
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getTicketsTicketIdQr: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ticketId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A ticket's QR code */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": unknown;
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `ticket.not_found`: You have no such ticket. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "ticket.not_found";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    postPaymentsWebhooksProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A payment provider's message. `sandbox`: `Onsale-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>`. `stripe`: `Stripe-Signature`. `toss.<secret>`: unsigned, known by its path */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A payment provider's message. `sandbox`: `Onsale-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>`. `stripe`: `Stripe-Signature`. `toss.<secret>`: unsigned, known by its path */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `webhook.bad_signature`: The signature does not fit the body, or is too old. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "webhook.bad_signature";
                    };
                };
            };
            /** @description `webhook.unknown_provider`: No such payment provider is configured. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "webhook.unknown_provider";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    postAdminEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEvent"];
            };
        };
        responses: {
            /** @description Create an event with a seating plan, general admission, or both */
            201: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `request.forbidden`: This account may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.forbidden";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    patchAdminEventsEventId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["EventPatch"];
            };
        };
        responses: {
            /** @description Pause, close or resume a sale; change its queue's settings or its times */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `request.forbidden`: This account may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.forbidden";
                    };
                };
            };
            /** @description `event.not_found`: There is no such event. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "event.not_found";
                    };
                };
            };
            /**
             * @description `event.draw_frozen`: The lobby has been drawn: the sale times can no longer be changed.
             *
             *     `event.changed`: The event was changed meanwhile: read it and try again.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "event.draw_frozen" | "event.changed";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getAdminEventsEventIdStats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sale in figures */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `request.forbidden`: This account may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.forbidden";
                    };
                };
            };
            /** @description `event.not_found`: There is no such event. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "event.not_found";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getAdminOrders: {
        parameters: {
            query: {
                eventId: string;
                q?: string;
                status?: "held" | "paying" | "confirmed" | "refunding" | "refunded" | "released" | "expired";
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Orders of an event */
            200: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminOrderList"];
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `request.forbidden`: This account may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.forbidden";
                    };
                };
            };
            /** @description `event.not_found`: There is no such event. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "event.not_found";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    postAdminOrdersOrderIdRefund: {
        parameters: {
            query?: {
                userId?: string;
            };
            header?: {
                /** @description The same key with the same request gives the same answer, and does nothing twice. Made up where it is missing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["OrganiserRefund"];
            };
        };
        responses: {
            /** @description Refund an order, or end a refund whose money was returned by other means. Without its owner (`userId`) the order is found only once its e-mail has gone out */
            202: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminOrder"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `request.forbidden`: This account may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.forbidden";
                    };
                };
            };
            /** @description `order.not_found`: You have no such order. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "order.not_found";
                    };
                };
            };
            /** @description `order.not_cancellable`: This order cannot be cancelled in its present state. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "order.not_cancellable";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /**
             * @description `request.invalid`: The request is not valid.
             *
             *     `request.idempotency_mismatch`: This Idempotency-Key was used with another request.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid" | "request.idempotency_mismatch";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /**
             * @description `order.busy`: Too many people want these seats at once. Nothing was decided: try again.
             *
             *     `unavailable`: This is not available right now. Try again in a moment.
             */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "order.busy" | "unavailable";
                    };
                };
            };
        };
    };
    postAdminCheckIns: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gives the same answer, and does nothing twice. Made up where it is missing. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckIn"];
            };
        };
        responses: {
            /** @description Check a ticket in to its event, once */
            201: {
                headers: {
                    "Cache-Control"?: "private, no-store";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckedIn"];
                };
            };
            /** @description `request.malformed`: The body is not valid JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.malformed";
                    };
                };
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `request.forbidden`: This account may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.forbidden";
                    };
                };
            };
            /**
             * @description `ticket.other_event`: This ticket is for another event.
             *
             *     `ticket.already_used`: This ticket was checked in before.
             *
             *     `ticket.scan_undone`: This scan was undone meanwhile. Scan the ticket again.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "ticket.other_event" | "ticket.already_used" | "ticket.scan_undone";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /**
             * @description `ticket.invalid`: This code is not a valid ticket.
             *
             *     `request.invalid`: The request is not valid.
             *
             *     `request.idempotency_mismatch`: This Idempotency-Key was used with another request.
             */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "ticket.invalid" | "request.invalid" | "request.idempotency_mismatch";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    deleteAdminCheckInsTicketId: {
        parameters: {
            query?: {
                userId?: string;
                checkedInAt?: string;
            };
            header?: never;
            path: {
                ticketId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Undo a check-in. The ticket lets one person in again */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `request.unauthorized`: A valid access token is needed: Authorization: Bearer <accessToken>. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.unauthorized";
                    };
                };
            };
            /** @description `request.forbidden`: This account may not do that. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.forbidden";
                    };
                };
            };
            /**
             * @description `ticket.not_found`: You have no such ticket.
             *
             *     `order.not_found`: You have no such order.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "ticket.not_found" | "order.not_found";
                    };
                };
            };
            /** @description `ticket.not_checked_in`: This ticket is not checked in: there is nothing to undo. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "ticket.not_checked_in";
                    };
                };
            };
            /** @description `request.too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.too_large";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.invalid`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.invalid";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the API answers */
            200: {
                headers: {
                    "Cache-Control"?: "public, max-age=1";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
    getOpenapiJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This API as an OpenAPI 3.1 document */
            200: {
                headers: {
                    "Cache-Control"?: "public, max-age=5";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `request.encoding_unsupported`: This route takes no body with this Content-Encoding. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.encoding_unsupported";
                    };
                };
            };
            /** @description `request.throttled`: Too many requests: slow down. */
            429: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "request.throttled";
                    };
                };
            };
            /** @description `internal`: Something went wrong on our side. It has been recorded. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                    };
                };
            };
            /** @description `unavailable`: This is not available right now. Try again in a moment. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                    };
                };
            };
        };
    };
}
