// Made by scripts/types.js from the documents of the service. Do not edit: npm run types.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AckEvent */
        AckEvent: {
            /** @enum {unknown} */
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
            /** @enum {unknown} */
            event: "acks";
            acks: components["schemas"]["AckResponse"][];
            errors: components["schemas"]["RefusedResponse"][];
        };
        /** BatchMessage */
        BatchMessage: {
            /** @example Hello Bob! 👋 */
            message: string;
            /** @example a-1 */
            clientMessageId: string;
        };
        /**
         * ErrorEvent
         * @description The body of a REST error, with the action and clientMessageId of the client's frame if it had them. A field that does not apply is left out, never null.
         */
        ErrorEvent: {
            /** @enum {unknown} */
            event: "error";
            error: string;
            /** @enum {unknown} */
            code: "bad_request" | "blocked" | "conflict" | "connections_only" | "flooding" | "internal" | "not_found" | "rate_limited" | "unanswered" | "unavailable" | "unverified";
            fields?: {
                [key: string]: string;
            };
            /** @description In seconds. */
            retryAfter?: number;
            action?: string;
            /** @example a-1 */
            clientMessageId?: string;
        };
        /**
         * MessageReadEvent
         * @description `userId` has read the conversation up to `seq`.
         */
        MessageReadEvent: {
            /** @enum {unknown} */
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
            /** @enum {unknown} */
            action: "message:read";
            /** @default null */
            traceparent?: string | null;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            seq: number;
        };
        /**
         * MessageResponse
         * @description A message, with the same fields in the history and in a push.
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
        };
        /**
         * MissedFrom
         * @description The device has all messages of the conversation with `userId` up to `afterSeq`, which is 0 if it has none.
         */
        MissedFrom: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /** @example 1 */
            afterSeq: number;
        };
        /** NotificationEvent */
        NotificationEvent: {
            /** @enum {unknown} */
            event: "notification";
            /** @example 019c1406-7e00-7c3a-9d51-2f8a6b0e4c17 */
            notificationId: string;
            /** @enum {string} */
            type: "CONNECTION_REQUEST_NOTIFICATION" | "CONNECTION_ACCEPTED_NOTIFICATION" | "MESSAGE_NOTIFICATION";
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
            /** @enum {unknown} */
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
            /** @enum {unknown} */
            action: "presence:query";
            /** @default null */
            traceparent?: string | null;
            /** @default null */
            userId?: string | null;
            /** @default null */
            userIds?: string[] | null;
        };
        /** PresenceStateEvent */
        PresenceStateEvent: {
            /** @enum {unknown} */
            event: "presence:state";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            online: boolean;
            lastSeenAt: string | null;
        };
        /** PresenceSubscribeFrame */
        PresenceSubscribeFrame: {
            /** @enum {unknown} */
            action: "presence:subscribe";
            /** @default null */
            traceparent?: string | null;
            userIds: string[];
        };
        /** PresenceUnsubscribeFrame */
        PresenceUnsubscribeFrame: {
            /** @enum {unknown} */
            action: "presence:unsubscribe";
            /** @default null */
            traceparent?: string | null;
            userIds: string[];
        };
        /** PrivateMessageEvent */
        PrivateMessageEvent: {
            /** @enum {unknown} */
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
        };
        /** PrivateMessageFrame */
        PrivateMessageFrame: {
            /** @enum {unknown} */
            action: "private-message";
            /** @default null */
            traceparent?: string | null;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            toUserId: string;
            /** @example Hello Bob! 👋 */
            message: string;
            /** @example a-1 */
            clientMessageId: string;
        };
        /**
         * PrivateMessagesEvent
         * @description Messages of one sender to one receiver, ascending by seq.
         */
        PrivateMessagesEvent: {
            /** @enum {unknown} */
            event: "private-messages";
            messages: components["schemas"]["MessageResponse"][];
        };
        /**
         * PrivateMessagesFrame
         * @description Messages to one user, which are stored in this order.
         */
        PrivateMessagesFrame: {
            /** @enum {unknown} */
            action: "private-messages";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            toUserId: string;
            messages: components["schemas"]["BatchMessage"][];
            /** @default null */
            traceparent?: string | null;
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
        };
        /**
         * RegisterFrame
         * @description The heartbeat, which renews the presence of this socket. Without `answer`, nothing but an error answers it. A `userId` may be given, and must be the user's own: the socket acts for the user of its session.
         */
        RegisterFrame: {
            /** @enum {unknown} */
            action: "register";
            /** @default null */
            traceparent?: string | null;
            /** @default true */
            answer?: boolean;
            /** @default null */
            userId?: string | null;
        };
        /** RegisteredEvent */
        RegisteredEvent: {
            /** @enum {unknown} */
            event: "registered";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /** @description In seconds. */
            expiresIn: number;
        };
        /** SessionEndedEvent */
        SessionEndedEvent: {
            /** @enum {unknown} */
            event: "session:ended";
        };
        /**
         * SyncEvent
         * @description Missed messages of the conversation with `userId`, ascending. Without `complete`, there are more to ask for.
         */
        SyncEvent: {
            /** @enum {unknown} */
            event: "sync";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            messages: components["schemas"]["MessageResponse"][];
            complete: boolean;
        };
        /** SyncFrame */
        SyncFrame: {
            /** @enum {unknown} */
            action: "sync";
            /** @default null */
            traceparent?: string | null;
            conversations: components["schemas"]["MissedFrom"][];
        };
        /** TypingEvent */
        TypingEvent: {
            /** @enum {unknown} */
            event: "typing";
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
        };
        /** TypingFrame */
        TypingFrame: {
            /** @enum {unknown} */
            action: "typing";
            /** @default null */
            traceparent?: string | null;
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
