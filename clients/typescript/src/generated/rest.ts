// Made by scripts/types.js from the documents of the service. Do not edit: npm run types.

export interface paths {
    "/api/analytics/daily": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Daily counts of events and active users, for administrators.
         * @description `from` and `to` are inclusive days in UTC. Without them, the last 7 days are returned.
         */
        get: operations["get_daily"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/blocks/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Block a user, who can then neither write to this user nor connect, and sees them offline. */
        post: operations["post_block"];
        /** Unblock a user. */
        delete: operations["delete_block"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The users who are connected with this one, the newest requests first.
         * @description `before` is the last userId of the previous page. Without it, the newest entries are returned.
         */
        get: operations["get_connections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connections/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The users who wait for this user's answer, the newest requests first.
         * @description `before` is the last userId of the previous page. Without it, the newest entries are returned.
         */
        get: operations["get_requests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connections/requests/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer a user's request to connect. */
        post: operations["answer_request"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/connections/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Express interest in connecting with a user, or ignore them. 200 if it is a repeat, or accepts a request. */
        post: operations["post_connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of the user's conversations, the newest messages first.
         * @description `before` is the last userId of the previous page. Without it, the most recently changed ones are returned.
         */
        get: operations["get_conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Users whom this user has not met yet: first those who share most, then the newest accounts.
         * @description `cursor` is the `next` of the previous page, which is good for an hour. Without it, the feed begins.
         */
        get: operations["get_feed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This process is alive. */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the servers that this process depends on answer. */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The page that a mailed link opens. It does nothing until its button is pressed, as mail scanners open links. */
        get: operations["link_page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin a session. The rate limits count by network and by account. */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the current session; its sockets are told and closed. */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/logout-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End all sessions of the user; their sockets are told and closed. */
        post: operations["logout_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a message. 200, with the first response, if its clientMessageId was sent before. */
        post: operations["send_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send messages to one user. 200 also where some of them, or all, are refused: the response says so of each. */
        post: operations["send_messages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of the conversation with a user, ascending by seq.
         * @description `before` and `after` are exclusive seqs. Without either of them, the newest messages are returned.
         */
        get: operations["get_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of the user's notifications, the newest first.
         * @description `before` is the last notificationId of the previous page. Without it, the newest ones are returned.
         */
        get: operations["get_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark notifications as read; those of other users are ignored. */
        post: operations["post_read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mail a link that sets a new password. The response is the same where the address has no account. */
        post: operations["ask_password_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/password-reset/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Use a mailed link: set a new password. All sessions end; log in next. */
        post: operations["confirm_password_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/presence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which of up to 100 users are online.
         * @description `userIds` is a comma-separated list, as a query string has no lists.
         */
        get: operations["get_presence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The user's own profile. */
        get: operations["get_profile"];
        put?: never;
        post?: never;
        /** Leave: the account ends at once. Messages stay in their place, sent by a user who has left. */
        delete: operations["delete_profile"];
        options?: never;
        head?: never;
        /** Change the given fields of the user's profile; null empties an optional field. */
        patch: operations["patch_profile"];
        trace?: never;
    };
    "/api/profile/email": {
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
        /** Mail a link to a new address, which becomes the account's once the link is followed. */
        patch: operations["patch_email"];
        trace?: never;
    };
    "/api/profile/password": {
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
        /** Set a new password: all earlier sessions end, and a new one begins. */
        patch: operations["patch_password"];
        trace?: never;
    };
    "/api/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Other users whose names begin with all words of `q`, and who have all of `skills`, the newest accounts first.
         * @description One of `q` and `skills` is needed. `cursor` is the `next` of the previous page.
         */
        get: operations["get_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The user's open sessions, the newest use first.
         * @description `before` is the last sessionId of the previous page. Without it, the sessions used last are returned.
         */
        get: operations["get_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a session of the user, the current one or another; its sockets are told and closed. */
        delete: operations["delete_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/signup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create an account. A mail to the address has a link that confirms it; log in with the password meanwhile. */
        post: operations["signup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Another user's profile. */
        get: operations["get_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mail the user another link that confirms their address. Nothing is mailed where it is confirmed already. */
        post: operations["ask_verification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/verification/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Use a mailed link that confirms an address: the account's, or its new one. */
        post: operations["confirm_verification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/websocket-ticket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A ticket that opens one websocket, for clients that cannot set headers. */
        post: operations["post_ticket"];
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
         * AcksResponse
         * @description What became of the messages of a batch: each is in one of the two lists, in the order of the batch.
         */
        AcksResponse: {
            acks: components["schemas"]["AckResponse"][];
            errors: components["schemas"]["RefusedResponse"][];
        };
        /** AnalyticsResponse */
        AnalyticsResponse: {
            days: components["schemas"]["DayResponse"][];
        };
        /**
         * Batch
         * @description Messages to one user, in their order. Each has a clientMessageId of its own.
         */
        Batch: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            toUserId: string;
            messages: components["schemas"]["BatchMessage"][];
        };
        /** BatchMessage */
        BatchMessage: {
            /** @example Hello Bob! 👋 */
            message: string;
            /** @example a-1 */
            clientMessageId: string;
        };
        /**
         * ConnectionReply
         * @description The other user's answer to a request to connect.
         */
        ConnectionReply: {
            /** @enum {unknown} */
            status: "accepted" | "rejected";
        };
        /**
         * ConnectionRequest
         * @description The first word between two users: a request to connect, or a decision not to.
         */
        ConnectionRequest: {
            /** @enum {unknown} */
            status: "ignored" | "interested";
        };
        /** ConnectionRequestsResponse */
        ConnectionRequestsResponse: {
            requests: components["schemas"]["UserCard"][];
            hasMore: boolean;
        };
        /**
         * ConnectionResponse
         * @description The connection with another user, with the status that this user has given it.
         */
        ConnectionResponse: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /** @enum {unknown} */
            status: "accepted" | "ignored" | "interested" | "rejected";
        };
        /** ConnectionsResponse */
        ConnectionsResponse: {
            connections: components["schemas"]["UserCard"][];
            hasMore: boolean;
        };
        /**
         * ConversationResponse
         * @description A conversation as one of its users sees it. `userId` is the other one, whose messages `unread` counts.
         */
        ConversationResponse: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            lastMessage: components["schemas"]["LastMessageResponse"];
            /** @example 1 */
            lastSeq: number;
            readSeq: number;
            /** @example 2 */
            unread: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        /** ConversationsResponse */
        ConversationsResponse: {
            conversations: components["schemas"]["ConversationResponse"][];
            hasMore: boolean;
        };
        /**
         * DayResponse
         * @description A day in UTC. `counts` is {event type: number}; `activeUsers` counts the users who did something themselves.
         */
        DayResponse: {
            /**
             * Format: date
             * @example 2026-01-31
             */
            date: string;
            counts: {
                [key: string]: number;
            };
            activeUsers: number;
        };
        /**
         * EmailChange
         * @description The address that the account shall have.
         */
        EmailChange: {
            /**
             * @description The address of one mailbox, without a name. It is kept in one form, which the response shows: in NFC, and case-folded. In that form it has at most 64 characters before the @, and 254 bytes in UTF-8.
             * @example ada@example.org
             */
            emailId: string;
            /**
             * @description At most 72 bytes in UTF-8, once it is in NFC. A longer one is refused, never truncated.
             * @example correct horse
             */
            currentPassword: string;
        };
        /**
         * Empty
         * @description A request without a body.
         */
        Empty: Record<string, never>;
        /** HealthResponse */
        HealthResponse: {
            /**
             * @default ok
             * @enum {unknown}
             */
            status?: "ok";
        };
        /**
         * HistoryResponse
         * @description Messages, ascending by seq. `hasMore` says whether there are more in the requested direction.
         */
        HistoryResponse: {
            messages: components["schemas"]["MessageResponse"][];
            hasMore: boolean;
        };
        /** LastMessageResponse */
        LastMessageResponse: {
            /** @example 1 */
            seq: number;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            fromUserId: string;
            /** @example Hello Bob! 👋 */
            message: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            ts: string;
        };
        /**
         * Leave
         * @description The password of the account that ends.
         */
        Leave: {
            /**
             * @description At most 72 bytes in UTF-8, once it is in NFC. A longer one is refused, never truncated.
             * @example correct horse
             */
            currentPassword: string;
        };
        /**
         * LinkUse
         * @description The token of a link that was mailed.
         */
        LinkUse: {
            /** @example q0Zb8n3VtTf1xkq6oVwz0x2k5m7p9r1s3u5w7y9A_-E */
            token: string;
        };
        /** Login */
        Login: {
            /**
             * @description The address that the account was made with, in any of its forms.
             * @example ada@example.org
             */
            emailId: string;
            /**
             * @description At most 72 bytes in UTF-8, once it is in NFC. A longer one is refused, never truncated.
             * @example correct horse
             */
            password: string;
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
        /** NotificationResponse */
        NotificationResponse: {
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
            readAt: string | null;
        };
        /** NotificationsRead */
        NotificationsRead: {
            notificationIds: string[];
        };
        /**
         * NotificationsResponse
         * @description Notifications, the newest first. `unread` counts all of the user's unread ones; 100 stands for 100 or more.
         */
        NotificationsResponse: {
            notifications: components["schemas"]["NotificationResponse"][];
            hasMore: boolean;
            /** @example 2 */
            unread: number;
        };
        /**
         * OpenSessionResponse
         * @description One of the user's own sessions. `current` marks the session of this request.
         */
        OpenSessionResponse: {
            /** @example 3f2504e04f8941d39a0c0305e82c3301 */
            sessionId: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            lastUsedAt: string;
            ip: string;
            userAgent: string;
            current: boolean;
        };
        /** PasswordChange */
        PasswordChange: {
            /**
             * @description At most 72 bytes in UTF-8, once it is in NFC. A longer one is refused, never truncated.
             * @example correct horse
             */
            currentPassword: string;
            /**
             * @description At least 8 characters and at most 72 bytes in UTF-8, once it is in NFC. The most common passwords are refused, and the user's own address.
             * @example correct horse
             */
            newPassword: string;
        };
        /**
         * PasswordReset
         * @description The token of a link that was mailed, and the password that it sets.
         */
        PasswordReset: {
            /** @example q0Zb8n3VtTf1xkq6oVwz0x2k5m7p9r1s3u5w7y9A_-E */
            token: string;
            /**
             * @description At least 8 characters and at most 72 bytes in UTF-8, once it is in NFC. The most common passwords are refused, and the user's own address.
             * @example correct horse
             */
            newPassword: string;
        };
        /**
         * PeopleResponse
         * @description Users of the feed or of a search. `next` is the `cursor` of the next page, null where there are no more.
         */
        PeopleResponse: {
            users: components["schemas"]["UserCard"][];
            hasMore: boolean;
            next: string | null;
        };
        /** PresenceResponse */
        PresenceResponse: {
            presence: components["schemas"]["PresenceState"][];
        };
        /** PresenceState */
        PresenceState: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            online: boolean;
            lastSeenAt: string | null;
        };
        /**
         * ProfileChange
         * @description An absent field stays unchanged, and null clears an optional field.
         */
        ProfileChange: {
            /** @example Ada */
            firstName?: string;
            /** @example Ada */
            lastName?: string;
            about?: string | null;
            skills?: string[];
            photoUrl?: string | null;
            age?: number | null;
            gender?: string | null;
            /** @enum {unknown} */
            messagesFrom?: "connections" | "everyone";
        };
        /**
         * ReadyResponse
         * @description `degraded` means that the service works although a dependency is not well, `unavailable` that MongoDB is down. Of a dependency, `refuses_writes` means that Redis answers and takes no writes: it is full, or a replica.
         */
        ReadyResponse: {
            /** @enum {unknown} */
            status: "degraded" | "ok" | "unavailable";
            dependencies: {
                [key: string]: "ok" | "refuses_writes" | "unavailable";
            };
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
         * ResetRequest
         * @description The address of the account whose password is lost.
         */
        ResetRequest: {
            /**
             * @description The address that the account was made with, in any of its forms.
             * @example ada@example.org
             */
            emailId: string;
        };
        /** SendMessage */
        SendMessage: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            toUserId: string;
            /** @example Hello Bob! 👋 */
            message: string;
            /** @default null */
            clientMessageId?: string | null;
        };
        /** SentResponse */
        SentResponse: {
            /** @example 697df8c0e1b5a40007c4d2f1 */
            messageId: string;
            /** @example 697df8a2e1b5a40007c4d2e0:697df8b1e1b5a40007c4d2e8 */
            conversationId: string;
            /** @example 1 */
            seq: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            ts: string;
        };
        /**
         * SessionResponse
         * @description A new session with its token, and its user.
         */
        SessionResponse: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            token: string;
            /** @description In seconds. */
            expiresIn: number;
            user: components["schemas"]["UserResponse"];
        };
        /** SessionsResponse */
        SessionsResponse: {
            sessions: components["schemas"]["OpenSessionResponse"][];
            hasMore: boolean;
        };
        /** Signup */
        Signup: {
            /** @example Ada */
            firstName: string;
            /** @example Ada */
            lastName: string;
            /**
             * @description The address of one mailbox, without a name. It is kept in one form, which the response shows: in NFC, and case-folded. In that form it has at most 64 characters before the @, and 254 bytes in UTF-8.
             * @example ada@example.org
             */
            emailId: string;
            /**
             * @description At least 8 characters and at most 72 bytes in UTF-8, once it is in NFC. The most common passwords are refused, and the user's own address.
             * @example correct horse
             */
            password: string;
        };
        /**
         * SignupResponse
         * @description The address in its one form. The response is the same where it has an account already: its owner gets a mail.
         */
        SignupResponse: {
            /** @example ada@example.org */
            emailId: string;
        };
        /** TicketResponse */
        TicketResponse: {
            ticket: string;
            /** @description In seconds. */
            expiresIn: number;
            url: string;
        };
        /** UnreadResponse */
        UnreadResponse: {
            /** @example 2 */
            unread: number;
        };
        /**
         * UserCard
         * @description A user in a list.
         */
        UserCard: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /** @example Ada */
            firstName: string;
            /** @example Ada */
            lastName: string;
            about: string | null;
            skills: string[];
            photoUrl: string | null;
            age: number | null;
            gender: string | null;
        };
        /**
         * UserResponse
         * @description A profile. Only the user's own has `emailId`, `emailVerified` and `messagesFrom`: others are not told.
         */
        UserResponse: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /** @example Ada */
            firstName: string;
            /** @example Ada */
            lastName: string;
            about: string | null;
            skills: string[];
            photoUrl: string | null;
            age: number | null;
            gender: string | null;
            /** @example ada@example.org */
            emailId?: string;
            emailVerified?: boolean;
            /** @enum {unknown} */
            messagesFrom?: "connections" | "everyone";
        };
    };
    responses: {
        /** @description The email address or the password is wrong. */
        BadCredentials: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "bad_credentials";
                };
            };
        };
        /** @description The email address or the password is wrong. Or: Log in first: there is no valid session. */
        BadCredentialsOrUnauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "bad_credentials" | "unauthorized";
                };
            };
        };
        /** @description The request is not valid. */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "bad_request";
                    /** @description The reasons, by the name of the field; "body" stands for the whole body. */
                    fields: {
                        [key: string]: string;
                    };
                };
            };
        };
        /** @description This user does not take messages from you. Or: This user takes messages from connections alone: ask for a connection first. Or: Pages of this origin may not connect. Or: This user has not answered your messages yet: connect, or wait for an answer. Or: Confirm your email address first: until then you can write to your connections alone. */
        BlockedOrConnectionsOnlyOrOriginNotAllowedOrUnansweredOrUnverified: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "blocked" | "connections_only" | "origin_not_allowed" | "unanswered" | "unverified";
                };
            };
        };
        /** @description This user does not take messages from you. Or: Pages of this origin may not connect. */
        BlockedOrOriginNotAllowed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "blocked" | "origin_not_allowed";
                };
            };
        };
        /** @description This cannot be done in the state that things are in. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "conflict";
                };
            };
        };
        /** @description You may not do this. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "forbidden";
                };
            };
        };
        /** @description Something went wrong on our side. */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "internal";
                };
            };
        };
        /** @description This link was used already, or is too old: ask for another one. */
        LinkGone: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "link_gone";
                };
            };
        };
        /** @description There is no such thing. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "not_found";
                };
            };
        };
        /** @description Pages of this origin may not connect. */
        OriginNotAllowed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "origin_not_allowed";
                };
            };
        };
        /** @description Too many attempts: try again later. */
        RateLimited: {
            headers: {
                /** @description The time to wait, in seconds. */
                "Retry-After"?: number;
                /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                "RateLimit-Policy"?: string;
                /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                RateLimit?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "rate_limited";
                    /** @description The time to wait, in seconds. */
                    retryAfter: number;
                };
            };
        };
        /** @description The request is larger than 10 MB. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "too_large";
                };
            };
        };
        /** @description Log in first: there is no valid session. */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "unauthorized";
                };
            };
        };
        /** @description The service cannot answer right now: try again. */
        Unavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "unavailable";
                };
            };
        };
        /** @description The body must be application/json. */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    /** @description A sentence for people. */
                    error: string;
                    /** @enum {unknown} */
                    code: "unsupported_media_type";
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_daily: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyticsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    post_block: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Empty"];
            };
        };
        responses: {
            /** @description Success; the response has no body. */
            204: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["OriginNotAllowed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    delete_block: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success; the response has no body. */
            204: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["OriginNotAllowed"];
            404: components["responses"]["NotFound"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_connections: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_requests: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionRequestsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    answer_request: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectionReply"];
            };
        };
        responses: {
            /** @description The connection with another user, with the status that this user has given it. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["BlockedOrOriginNotAllowed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    post_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectionRequest"];
            };
        };
        responses: {
            /** @description The connection with another user, with the status that this user has given it. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionResponse"];
                };
            };
            /** @description The connection with another user, with the status that this user has given it. */
            201: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["BlockedOrOriginNotAllowed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_conversations: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_feed: {
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
            /** @description Users of the feed or of a search. `next` is the `cursor` of the next page, null where there are no more. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeopleResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `degraded` means that the service works although a dependency is not well, `unavailable` that MongoDB is down. Of a dependency, `refuses_writes` means that Redis answers and takes no writes: it is full, or a replica. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadyResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            /** @description `degraded` means that the service works although a dependency is not well, `unavailable` that MongoDB is down. Of a dependency, `refuses_writes` means that Redis answers and takes no writes: it is full, or a replica. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadyResponse"] | {
                        /** @description A sentence for people. */
                        error: string;
                        /** @enum {unknown} */
                        code: "unavailable";
                    };
                };
            };
        };
    };
    link_page: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An HTML page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            400: components["responses"]["BadRequest"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description A new session with its token, and its user. */
            200: {
                headers: {
                    /** @description The cookie `token`, which holds the session's token; it is empty if the session ends. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadCredentials"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Empty"];
            };
        };
        responses: {
            /** @description Success; the response has no body. */
            204: {
                headers: {
                    /** @description The cookie `token`, which holds the session's token; it is empty if the session ends. */
                    "Set-Cookie"?: string;
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["OriginNotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    logout_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Empty"];
            };
        };
        responses: {
            /** @description Success; the response has no body. */
            204: {
                headers: {
                    /** @description The cookie `token`, which holds the session's token; it is empty if the session ends. */
                    "Set-Cookie"?: string;
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["OriginNotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    send_message: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendMessage"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentResponse"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["BlockedOrConnectionsOnlyOrOriginNotAllowedOrUnansweredOrUnverified"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    send_messages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Batch"];
            };
        };
        responses: {
            /** @description What became of the messages of a batch: each is in one of the two lists, in the order of the batch. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcksResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["OriginNotAllowed"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_messages: {
        parameters: {
            query?: {
                before?: number;
                after?: number;
                limit?: number;
            };
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Messages, ascending by seq. `hasMore` says whether there are more in the requested direction. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_notifications: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Notifications, the newest first. `unread` counts all of the user's unread ones; 100 stands for 100 or more. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    post_read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NotificationsRead"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnreadResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["OriginNotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    ask_password_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetRequest"];
            };
        };
        responses: {
            /** @description Success; the response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    confirm_password_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordReset"];
            };
        };
        responses: {
            /** @description Success; the response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            410: components["responses"]["LinkGone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_presence: {
        parameters: {
            query: {
                userIds: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresenceResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_profile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A profile. Only the user's own has `emailId`, `emailVerified` and `messagesFrom`: others are not told. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    delete_profile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Leave"];
            };
        };
        responses: {
            /** @description Success; the response has no body. */
            204: {
                headers: {
                    /** @description The cookie `token`, which holds the session's token; it is empty if the session ends. */
                    "Set-Cookie"?: string;
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadCredentialsOrUnauthorized"];
            403: components["responses"]["OriginNotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    patch_profile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ProfileChange"];
            };
        };
        responses: {
            /** @description A profile. Only the user's own has `emailId`, `emailVerified` and `messagesFrom`: others are not told. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["OriginNotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    patch_email: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailChange"];
            };
        };
        responses: {
            /** @description Success; the response has no body. */
            204: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadCredentialsOrUnauthorized"];
            403: components["responses"]["OriginNotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    patch_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description A new session with its token, and its user. */
            200: {
                headers: {
                    /** @description The cookie `token`, which holds the session's token; it is empty if the session ends. */
                    "Set-Cookie"?: string;
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadCredentialsOrUnauthorized"];
            403: components["responses"]["OriginNotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_search: {
        parameters: {
            query?: {
                q?: string;
                skills?: string;
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Users of the feed or of a search. `next` is the `cursor` of the next page, null where there are no more. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeopleResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_sessions: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    delete_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success; the response has no body. */
            204: {
                headers: {
                    /** @description The cookie `token`, which holds the session's token; it is empty if the session ends. */
                    "Set-Cookie"?: string;
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["OriginNotAllowed"];
            404: components["responses"]["NotFound"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    signup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Signup"];
            };
        };
        responses: {
            /** @description The address in its one form. The response is the same where it has an account already: its owner gets a mail. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignupResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    get_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A profile. Only the user's own has `emailId`, `emailVerified` and `messagesFrom`: others are not told. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    ask_verification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Empty"];
            };
        };
        responses: {
            /** @description Success; the response has no body. */
            204: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["OriginNotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    confirm_verification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkUse"];
            };
        };
        responses: {
            /** @description Success; the response has no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            410: components["responses"]["LinkGone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    post_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Empty"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["OriginNotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
}
