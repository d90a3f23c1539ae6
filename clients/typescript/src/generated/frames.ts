// Made by scripts/types.js from the documents of the service. Do not edit: npm run types.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AckEvent */
        AckEvent: {
            /** @enum {string} */
            event: "ack";
            /** @example a-1 */
            clientMessageId: string;
            /** @example 697df8c0e1b5a40007c4d2f1 */
            messageId: string;
            /** @example 1 */
            seq: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            ts: string;
            /** @example r-1 */
            requestId?: string;
        };
        /**
         * AckResponse
         * @description A message of a batch that is stored, or was before.
         */
        AckResponse: {
            /** @example a-1 */
            clientMessageId: string;
            /** @example 697df8c0e1b5a40007c4d2f1 */
            messageId: string;
            /** @example 1 */
            seq: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            ts: string;
        };
        /**
         * AcksEvent
         * @description What became of the messages of one `private-messages` frame: each is in one of the two lists, in its order.
         */
        AcksEvent: {
            /** @enum {string} */
            event: "acks";
            acks: components["schemas"]["AckResponse"][];
            errors: components["schemas"]["RefusedResponse"][];
            /** @example r-1 */
            requestId?: string;
        };
        /** BatchMessage */
        BatchMessage: {
            /** @example Hello Bob! 👋 */
            message: string;
            /** @example a-1 */
            clientMessageId: string;
            replyTo?: number | null;
        };
        /**
         * ConversationChangedEvent
         * @description What this user has made of the conversation with `userId`, on one of their devices.
         */
        ConversationChangedEvent: {
            /** @enum {string} */
            event: "conversation:changed";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            muted: boolean;
            archived: boolean;
        };
        /**
         * ErrorEvent
         * @description The body of a REST error, with what identifies the client's frame, if it had that. A field that does not apply is left out, never null.
         */
        ErrorEvent: {
            /** @enum {string} */
            event: "error";
            error: string;
            /** @enum {string} */
            code: "bad_request" | "blocked" | "conflict" | "connections_only" | "flooding" | "forbidden" | "internal" | "not_found" | "rate_limited" | "too_late" | "unanswered" | "unavailable" | "unverified";
            fields?: {
                [key: string]: string;
            };
            /** @description In seconds. */
            retryAfter?: number;
            action?: string;
            /** @example a-1 */
            clientMessageId?: string;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId?: string;
            /** @example 1 */
            seq?: number;
            /** @example r-1 */
            requestId?: string;
        };
        /**
         * MessageChangedEvent
         * @description A message in its new state. Where its `change` is not the next one, the device has missed others, and syncs.
         */
        MessageChangedEvent: {
            /** @enum {string} */
            event: "message:changed";
            /** @example r-1 */
            requestId?: string;
            /** @example 697df8c0e1b5a40007c4d2f1 */
            messageId: string;
            /** @example 697df8a2e1b5a40007c4d2e0:697df8b1e1b5a40007c4d2e8 */
            conversationId: string;
            /** @example 1 */
            seq: number;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            fromUserId: string;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            toUserId: string;
            /** @example Hello Bob! 👋 */
            message: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            ts: string;
            /** @example 1 */
            replyTo?: number;
            /** @example 1 */
            change?: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            editedAt?: string;
            /** @constant */
            deleted?: true;
            /**
             * @example {
             *       "697df8b1e1b5a40007c4d2e8": "👍"
             *     }
             */
            reactions?: {
                [key: string]: string;
            };
        };
        /**
         * MessageDeleteFrame
         * @description The user deletes their own message `seq` of the conversation with `userId`, for both.
         */
        MessageDeleteFrame: {
            /** @enum {string} */
            action: "message:delete";
            traceparent?: string | null;
            requestId?: string | null;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /**
             * Format: int64
             * @example 1
             */
            seq: number;
        };
        /**
         * MessageEditFrame
         * @description The user gives their own message `seq` of the conversation with `userId` another text.
         */
        MessageEditFrame: {
            /** @enum {string} */
            action: "message:edit";
            traceparent?: string | null;
            requestId?: string | null;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /**
             * Format: int64
             * @example 1
             */
            seq: number;
            /** @example Hello Bob! 👋 */
            message: string;
        };
        /**
         * MessageReactFrame
         * @description The user's one reaction to the message `seq` of the conversation with `userId`; null takes it back.
         */
        MessageReactFrame: {
            /** @enum {string} */
            action: "message:react";
            traceparent?: string | null;
            requestId?: string | null;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /**
             * Format: int64
             * @example 1
             */
            seq: number;
            reaction: string | null;
        };
        /**
         * MessageReadEvent
         * @description `userId` has read the conversation up to `seq`.
         */
        MessageReadEvent: {
            /** @enum {string} */
            event: "message:read";
            /** @example 697df8a2e1b5a40007c4d2e0:697df8b1e1b5a40007c4d2e8 */
            conversationId: string;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /** @example 1 */
            seq: number;
        };
        /**
         * MessageReadFrame
         * @description The user has read the conversation with `userId` up to `seq`.
         */
        MessageReadFrame: {
            /** @enum {string} */
            action: "message:read";
            traceparent?: string | null;
            requestId?: string | null;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /**
             * Format: int64
             * @example 1
             */
            seq: number;
        };
        /**
         * MessageRequestEvent
         * @description What this user has answered to the request of `userId`, on one of their devices: once accepted, sync it.
         */
        MessageRequestEvent: {
            /** @enum {string} */
            event: "conversation:request";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /** @enum {string} */
            status: "accepted" | "ignored";
        };
        /**
         * MessageResponse
         * @description A message in its present state, with the same fields in the history and in a push. `change` is the number of its latest change, where it was changed. A `deleted` one has an empty text.
         */
        MessageResponse: {
            /** @example 697df8c0e1b5a40007c4d2f1 */
            messageId: string;
            /** @example 697df8a2e1b5a40007c4d2e0:697df8b1e1b5a40007c4d2e8 */
            conversationId: string;
            /** @example 1 */
            seq: number;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            fromUserId: string;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            toUserId: string;
            /** @example Hello Bob! 👋 */
            message: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            ts: string;
            /** @example 1 */
            replyTo?: number;
            /** @example 1 */
            change?: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            editedAt?: string;
            /** @constant */
            deleted?: true;
            /**
             * @example {
             *       "697df8b1e1b5a40007c4d2e8": "👍"
             *     }
             */
            reactions?: {
                [key: string]: string;
            };
        };
        /**
         * MissedFrom
         * @description The device has all messages of the conversation with `userId` up to `afterSeq`, which is 0 if it has none. With `afterChange` it is also told what has changed in these since that number, which is 0 at first.
         */
        MissedFrom: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /**
             * Format: int64
             * @example 1
             */
            afterSeq: number;
            afterChange?: number | null;
        };
        /** NotificationEvent */
        NotificationEvent: {
            /** @enum {string} */
            event: "notification";
            /** @example 019c1406-7e00-7c3a-9d51-2f8a6b0e4c17 */
            notificationId: string;
            /** @enum {string} */
            type: "CONNECTION_REQUEST_NOTIFICATION" | "CONNECTION_ACCEPTED_NOTIFICATION" | "MESSAGE_NOTIFICATION" | "MESSAGE_REQUEST_NOTIFICATION" | "EXPORT_NOTIFICATION" | "WARNING_NOTIFICATION";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            fromUserId: string;
            text: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
        };
        /**
         * PresenceEvent
         * @description The new state of a watched user, after a change.
         */
        PresenceEvent: {
            /** @enum {string} */
            event: "presence";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            online: boolean;
            lastSeenAt: string | null;
        };
        /**
         * PresenceQueryFrame
         * @description Asks for the presence of one user (`userId`) or of several (`userIds`). One of the two is required, not both.
         */
        PresenceQueryFrame: {
            /** @enum {string} */
            action: "presence:query";
            traceparent?: string | null;
            requestId?: string | null;
            userId?: string | null;
            userIds?: string[] | null;
        } & ({
            userId: string;
            userIds?: null;
        } | {
            userIds: unknown[];
            userId?: null;
        });
        /** PresenceStateEvent */
        PresenceStateEvent: {
            /** @enum {string} */
            event: "presence:state";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            online: boolean;
            lastSeenAt: string | null;
            /** @example r-1 */
            requestId?: string;
        };
        /** PresenceSubscribeFrame */
        PresenceSubscribeFrame: {
            /** @enum {string} */
            action: "presence:subscribe";
            traceparent?: string | null;
            requestId?: string | null;
            userIds: string[];
        };
        /** PresenceUnsubscribeFrame */
        PresenceUnsubscribeFrame: {
            /** @enum {string} */
            action: "presence:unsubscribe";
            traceparent?: string | null;
            requestId?: string | null;
            userIds: string[];
        };
        /** PrivateMessageEvent */
        PrivateMessageEvent: {
            /** @enum {string} */
            event: "private-message";
            /** @example 697df8c0e1b5a40007c4d2f1 */
            messageId: string;
            /** @example 697df8a2e1b5a40007c4d2e0:697df8b1e1b5a40007c4d2e8 */
            conversationId: string;
            /** @example 1 */
            seq: number;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            fromUserId: string;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            toUserId: string;
            /** @example Hello Bob! 👋 */
            message: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            ts: string;
            /** @example 1 */
            replyTo?: number;
            /** @example 1 */
            change?: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            editedAt?: string;
            /** @constant */
            deleted?: true;
            /**
             * @example {
             *       "697df8b1e1b5a40007c4d2e8": "👍"
             *     }
             */
            reactions?: {
                [key: string]: string;
            };
        };
        /** PrivateMessageFrame */
        PrivateMessageFrame: {
            /** @enum {string} */
            action: "private-message";
            traceparent?: string | null;
            requestId?: string | null;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            toUserId: string;
            /** @example Hello Bob! 👋 */
            message: string;
            /** @example a-1 */
            clientMessageId: string;
            replyTo?: number | null;
        };
        /**
         * PrivateMessagesEvent
         * @description Messages of one sender to one receiver, ascending by seq.
         */
        PrivateMessagesEvent: {
            /** @enum {string} */
            event: "private-messages";
            messages: components["schemas"]["MessageResponse"][];
        };
        /**
         * PrivateMessagesFrame
         * @description Messages to one user, which are stored in this order.
         */
        PrivateMessagesFrame: {
            /** @enum {string} */
            action: "private-messages";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            toUserId: string;
            messages: components["schemas"]["BatchMessage"][];
            traceparent?: string | null;
            requestId?: string | null;
        };
        /**
         * RefusedResponse
         * @description A message of a batch that was refused, with the error that it would have alone.
         */
        RefusedResponse: {
            /** @example a-1 */
            clientMessageId: string;
            error: string;
            code: string;
            /** @description In seconds. */
            retryAfter?: number;
        };
        /**
         * RegisterFrame
         * @description The heartbeat, which renews the presence of this socket. Without `answer`, nothing but an error answers it. A `userId` may be given, and must be the user's own: the socket acts for the user of its session.
         */
        RegisterFrame: {
            /** @enum {string} */
            action: "register";
            traceparent?: string | null;
            requestId?: string | null;
            /** @default true */
            answer?: boolean;
            userId?: string | null;
        };
        /** RegisteredEvent */
        RegisteredEvent: {
            /** @enum {string} */
            event: "registered";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /** @description In seconds. */
            expiresIn: number;
            /** @example r-1 */
            requestId?: string;
        };
        /**
         * SessionEndedEvent
         * @description The session has ended, and the socket is closed: it opens nothing any more, so do not reconnect.
         */
        SessionEndedEvent: {
            /** @enum {string} */
            event: "session:ended";
        };
        /**
         * SocketEvictedEvent
         * @description The user has opened one socket too many, and this one is closed: do not reconnect unless the user asks for it.
         */
        SocketEvictedEvent: {
            /** @enum {string} */
            event: "socket:evicted";
        };
        /**
         * SyncEvent
         * @description Missed messages of the conversation with `userId`, ascending. Without `complete`, there are more to ask for. The other fields answer an `afterChange`. `changed` are messages up to `afterSeq` that have changed since, ascending by their `change`. With them the device has all changes up to `lastChange`, which it asks after next time. `readSeq` is how far each user has read.
         */
        SyncEvent: {
            /** @enum {string} */
            event: "sync";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            messages: components["schemas"]["MessageResponse"][];
            complete: boolean;
            changed?: components["schemas"]["MessageResponse"][];
            lastChange?: number;
            /**
             * @example {
             *       "697df8b1e1b5a40007c4d2e8": 4
             *     }
             */
            readSeq?: {
                [key: string]: number;
            };
            /** @example r-1 */
            requestId?: string;
        };
        /** SyncFrame */
        SyncFrame: {
            /** @enum {string} */
            action: "sync";
            traceparent?: string | null;
            requestId?: string | null;
            conversations: components["schemas"]["MissedFrom"][];
        };
        /** TypingEvent */
        TypingEvent: {
            /** @enum {string} */
            event: "typing";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
        };
        /** TypingFrame */
        TypingFrame: {
            /** @enum {string} */
            action: "typing";
            traceparent?: string | null;
            requestId?: string | null;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            toUserId: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
