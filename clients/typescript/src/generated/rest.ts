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
        get: operations["getAnalyticsDaily"];
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
        post: operations["postBlocksByUserId"];
        /** Unblock a user. */
        delete: operations["deleteBlocksByUserId"];
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
        get: operations["getConnections"];
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
        get: operations["getConnectionsRequests"];
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
        post: operations["postConnectionsRequestsByUserId"];
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
        post: operations["postConnectionsByUserId"];
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
        get: operations["getConversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A page of the conversations that strangers have begun and this user has not accepted, the newest first.
         * @description `before` is the last userId of the previous page. Without it, the newest requests are returned.
         */
        get: operations["getConversationsRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/requests/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept or ignore what a stranger has written. The sender is told nothing. */
        post: operations["postConversationsRequestsByUserId"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversations/{userId}": {
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
        /** Mute the conversation with a user, or archive it, or take either back. The other user is not told. */
        patch: operations["patchConversationsByUserId"];
        trace?: never;
    };
    "/api/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of the user's last request for an export, and the link to its file. */
        get: operations["getExport"];
        put?: never;
        /** Ask for everything of the user, as a file of JSON lines; once a day. */
        post: operations["postExport"];
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
         * @description `cursor` is the `next` of the previous page, which is good for 50 minutes. Without it, the feed begins.
         */
        get: operations["getFeed"];
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
        get: operations["getHealth"];
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
        get: operations["getHealthReady"];
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
        get: operations["getLink"];
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
        post: operations["postLogin"];
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
        post: operations["postLogout"];
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
        post: operations["postLogoutAll"];
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
        post: operations["postMessages"];
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
        post: operations["postMessagesBatch"];
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
         * @description `before` and `after` are seqs that are not on the page, and not given together. Without them, it is the last.
         */
        get: operations["getMessagesByUserId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages/{userId}/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a message of one's own for both users. It keeps its place, without its text. */
        delete: operations["deleteMessagesByUserIdBySeq"];
        options?: never;
        head?: never;
        /** Edit a message of one's own, within 15 minutes after it was sent. */
        patch: operations["patchMessagesByUserIdBySeq"];
        trace?: never;
    };
    "/api/messages/{userId}/{seq}/reaction": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** React to a message, or take the reaction back. */
        post: operations["postMessagesByUserIdBySeqReaction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/moderation/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The queue of what was reported, the oldest first, for moderators. Cases about oneself are left out.
         * @description `after` is the last caseId of the previous page. Without it, the oldest cases are returned.
         */
        get: operations["getModerationCases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/moderation/cases/{caseId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A case with its reports, and what moderators have done with it. */
        get: operations["getModerationCasesByCaseId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/moderation/cases/{caseId}/acts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decide a case: dismiss it, warn or suspend the user, or reinstate them. The same decision may be repeated. */
        post: operations["postModerationCasesByCaseIdActs"];
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
        get: operations["getNotifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the user is told of each kind of notification. */
        get: operations["getNotificationsPreferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change how the user is told of some kinds of notifications, or until when they are not to be disturbed. */
        patch: operations["patchNotificationsPreferences"];
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
        post: operations["postNotificationsRead"];
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
        post: operations["postPasswordReset"];
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
        post: operations["postPasswordResetConfirm"];
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
        get: operations["getPresence"];
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
        get: operations["getProfile"];
        put?: never;
        post?: never;
        /** Leave: the account ends at once. Messages stay in their place, sent by a user who has left. */
        delete: operations["deleteProfile"];
        options?: never;
        head?: never;
        /** Change the given fields of the user's profile; null empties an optional field. */
        patch: operations["patchProfile"];
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
        patch: operations["patchProfileEmail"];
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
        patch: operations["patchProfilePassword"];
        trace?: never;
    };
    "/api/push-subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The key with which a browser subscribes to web push, and the browsers that have subscribed. */
        get: operations["getPushSubscriptions"];
        put?: never;
        /** Have a browser told of notifications by web push. The body is what its PushSubscription.toJSON() returns. */
        post: operations["postPushSubscriptions"];
        /** Have a browser told no more. */
        delete: operations["deletePushSubscriptions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report a user, or a message that they have sent to this one. A repeat changes nothing. */
        post: operations["postReports"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
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
        get: operations["getSearch"];
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
        get: operations["getSessions"];
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
        delete: operations["deleteSessionsBySessionId"];
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
        post: operations["postSignup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/unsubscribe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The page that the link opens. It does nothing until its button is pressed, as mail scanners open links.
         * @description `token` is that of the link in a mail.
         */
        get: operations["getUnsubscribe"];
        put?: never;
        /**
         * End the mails of one kind to the user whom the token names. Mail programs call it without asking (RFC 8058).
         * @description `token` is that of the link in a mail.
         */
        post: operations["postUnsubscribe"];
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
        get: operations["getUsersByUserId"];
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
        post: operations["postVerification"];
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
        post: operations["postVerificationConfirm"];
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
        post: operations["postWebsocketTicket"];
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
        /** ActResponse */
        ActResponse: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            moderatorId: string;
            /** @enum {string} */
            act: "dismiss" | "reinstate" | "suspend" | "warn";
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            reason: ("harassment" | "illegal" | "impersonation" | "other" | "spam") | null;
            note: string | null;
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
            replyTo?: number | null;
        };
        /**
         * CaseDetailsResponse
         * @description A case with its first 100 reports, and what moderators have done with it.
         */
        CaseDetailsResponse: {
            /** @example 697df9d2e1b5a40007c4d301 */
            caseId: string;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /** @enum {string} */
            status: "dismissed" | "open" | "reinstated" | "suspended" | "warned";
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            openedAt: string;
            reports: number;
            message: components["schemas"]["ReportedMessage"] | null;
            profile: components["schemas"]["ReportedProfile"] | null;
            firstReports: components["schemas"]["ReportResponse"][];
            acts: components["schemas"]["ActResponse"][];
        };
        /**
         * CaseResponse
         * @description All reports of one thing: of the user `userId`, or of one message of theirs. `message` and `profile` are null once the evidence is deleted.
         */
        CaseResponse: {
            /** @example 697df9d2e1b5a40007c4d301 */
            caseId: string;
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /** @enum {string} */
            status: "dismissed" | "open" | "reinstated" | "suspended" | "warned";
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            openedAt: string;
            reports: number;
            message: components["schemas"]["ReportedMessage"] | null;
            profile: components["schemas"]["ReportedProfile"] | null;
        };
        /**
         * CasesResponse
         * @description Cases, the oldest first.
         */
        CasesResponse: {
            cases: components["schemas"]["CaseResponse"][];
            hasMore: boolean;
        };
        /**
         * Channels
         * @description How a user is told of one kind: in the list of notifications and over sockets, by mail, and by web push.
         */
        Channels: {
            /** @default true */
            inApp?: boolean;
            /** @default true */
            mail?: boolean;
            /** @default true */
            push?: boolean;
        };
        /**
         * ChannelsChange
         * @description How to tell the user of one kind of notification. An absent channel stays as it is.
         */
        ChannelsChange: {
            inApp?: boolean;
            mail?: boolean;
            push?: boolean;
        };
        /**
         * ChannelsWithoutMail
         * @description How a user is told of a kind of which nobody is mailed.
         */
        ChannelsWithoutMail: {
            /** @default true */
            inApp?: boolean;
            /** @default true */
            push?: boolean;
        };
        /**
         * ChannelsWithoutMailChange
         * @description How to tell the user of a kind of which nobody is mailed. An absent channel stays as it is.
         */
        ChannelsWithoutMailChange: {
            inApp?: boolean;
            push?: boolean;
        };
        /**
         * ConnectionReply
         * @description The other user's answer to a request to connect.
         */
        ConnectionReply: {
            /** @enum {string} */
            status: "accepted" | "rejected";
        };
        /**
         * ConnectionRequest
         * @description The first word between two users: a request to connect, or a decision not to.
         */
        ConnectionRequest: {
            /** @enum {string} */
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
            /** @enum {string} */
            status: "accepted" | "ignored" | "interested" | "rejected";
        };
        /** ConnectionsResponse */
        ConnectionsResponse: {
            connections: components["schemas"]["UserCard"][];
            hasMore: boolean;
        };
        /**
         * ConversationChange
         * @description What the user alone sees of a conversation. An absent field stays as it is.
         */
        ConversationChange: {
            muted?: boolean;
            archived?: boolean;
        };
        /**
         * ConversationMarksResponse
         * @description What the user has made of the conversation with `userId`, whom nobody tells.
         */
        ConversationMarksResponse: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            muted: boolean;
            archived: boolean;
        };
        /**
         * ConversationResponse
         * @description A conversation as one of its users sees it. `userId` is the other one, whose messages `unread` counts. `lastChange` is the number of the latest change of a message, 0 where there is none.
         */
        ConversationResponse: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            lastMessage: components["schemas"]["LastMessageResponse"];
            /** @example 1 */
            lastSeq: number;
            readSeq: number;
            lastChange: number;
            /** @example 2 */
            unread: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            muted: boolean;
            archived: boolean;
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
         * Decision
         * @description What a moderator does with a case. A warning and a suspension need a reason, of which the user is told.
         */
        Decision: {
            /** @enum {string} */
            act: "dismiss" | "reinstate" | "suspend" | "warn";
            reason?: ("harassment" | "illegal" | "impersonation" | "other" | "spam") | null;
            note?: string | null;
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
        /** @description Why a request is refused. `fields` is there with `bad_request`, `retryAfter` with `rate_limited`, `reason` with `suspended`. There may be codes and fields that are newer than a client: it ignores those that it does not know. */
        ErrorResponse: {
            /**
             * @description A sentence for people.
             * @example Something went wrong on our side.
             */
            error: string;
            /**
             * @description One word for machines.
             * @example internal
             */
            code: string;
            /** @description The reasons, by the name of the field; "body" stands for the whole body. */
            fields?: {
                [key: string]: string;
            };
            /** @description The time to wait, in seconds. */
            retryAfter?: number;
            /**
             * @description Why the user is suspended.
             * @enum {string}
             */
            reason?: "spam" | "harassment" | "impersonation" | "illegal" | "other";
        };
        /**
         * ExportResponse
         * @description The user's last export. `url` downloads it, and is good for `expiresIn`; another request has another one. `none` means that the user has asked for none, or that the last one is deleted; `pending` that it is being made.
         */
        ExportResponse: {
            /** @enum {string} */
            state: "none" | "pending" | "ready";
            requestedAt: string | null;
            completedAt: string | null;
            bytes: number | null;
            deletedAt: string | null;
            url: string | null;
            expiresIn: number | null;
        };
        /** HealthResponse */
        HealthResponse: {
            /**
             * @default ok
             * @enum {string}
             */
            status?: "ok";
            /**
             * @description The version of the protocol. The number before the point stays while no change breaks a client.
             * @default 1.0
             */
            protocolVersion?: string;
        };
        /**
         * HistoryResponse
         * @description Messages, ascending by seq. `hasMore` says whether there are more in the requested direction. These messages have all their changes up to `lastChange`, and perhaps later ones. It is 0 where that is not known.
         */
        HistoryResponse: {
            messages: components["schemas"]["MessageResponse"][];
            hasMore: boolean;
            /** @default 0 */
            lastChange?: number;
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
            /** @constant */
            deleted?: true;
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
         * MessageEdit
         * @description The text that a message shall have.
         */
        MessageEdit: {
            /** @example Hello Bob! 👋 */
            message: string;
        };
        /**
         * MessageReaction
         * @description The user's reaction to a message; null takes it back.
         */
        MessageReaction: {
            reaction: string | null;
        };
        /**
         * MessageRequestReply
         * @description The user's answer to what a stranger has written.
         */
        MessageRequestReply: {
            /** @enum {string} */
            status: "accepted" | "ignored";
        };
        /**
         * MessageRequestResponse
         * @description What the user has answered to the request of `userId`, whom nobody tells.
         */
        MessageRequestResponse: {
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
        /** NotificationResponse */
        NotificationResponse: {
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
        /**
         * PreferencesChange
         * @description An absent field stays unchanged. Null, or a time that has passed, ends `doNotDisturbUntil`.
         */
        PreferencesChange: {
            message?: components["schemas"]["ChannelsChange"];
            messageRequest?: components["schemas"]["ChannelsWithoutMailChange"];
            connectionRequest?: components["schemas"]["ChannelsChange"];
            connectionAccepted?: components["schemas"]["ChannelsChange"];
            doNotDisturbUntil?: string | null;
        };
        /**
         * PreferencesResponse
         * @description How the user is told of each kind of notification. Until `doNotDisturbUntil` there is no mail and no web push.
         */
        PreferencesResponse: {
            message: components["schemas"]["Channels"];
            messageRequest: components["schemas"]["ChannelsWithoutMail"];
            connectionRequest: components["schemas"]["Channels"];
            connectionAccepted: components["schemas"]["Channels"];
            doNotDisturbUntil: string | null;
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
            /** @enum {string} */
            messagesFrom?: "connections" | "everyone" | "requests";
            /** @enum {string} */
            presenceFor?: "everyone" | "nobody";
            /** @enum {string} */
            lastSeenFor?: "everyone" | "nobody";
        };
        /**
         * PushEndpoint
         * @description The endpoint of a subscription.
         */
        PushEndpoint: {
            /**
             * @description The address at which a push service takes messages for a browser: https and a public host.
             * @example https://push.example.org/send/dGhlIGJyb3dzZXI
             */
            endpoint: string;
        };
        /**
         * PushKeys
         * @description The keys for which messages to a browser are encrypted.
         */
        PushKeys: {
            /** @example BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4 */
            p256dh: string;
            /** @example BTBZMqHH6r4Tts7J_aSIgg */
            auth: string;
        };
        /**
         * PushSubscription
         * @description What PushSubscription.toJSON() of a browser returns. The push service tells when it has expired.
         */
        PushSubscription: {
            /**
             * @description The address at which a push service takes messages for a browser: https and a public host.
             * @example https://push.example.org/send/dGhlIGJyb3dzZXI
             */
            endpoint: string;
            keys: components["schemas"]["PushKeys"];
            expirationTime?: number | null;
        };
        /**
         * PushSubscriptionResponse
         * @description A browser that the user is told in by web push.
         */
        PushSubscriptionResponse: {
            endpoint: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
        };
        /**
         * PushSubscriptionsResponse
         * @description `publicKey` is the `applicationServerKey` to subscribe with; null where there is no web push.
         */
        PushSubscriptionsResponse: {
            publicKey: string | null;
            subscriptions: components["schemas"]["PushSubscriptionResponse"][];
        };
        /**
         * ReadyResponse
         * @description `degraded` means that the service works although a dependency is not well, `unavailable` that MongoDB is down. Of a dependency, `refuses_writes` means that Redis answers and takes no writes: it is full, or a replica.
         */
        ReadyResponse: {
            /** @enum {string} */
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
            /** @description In seconds. */
            retryAfter?: number;
        };
        /**
         * Report
         * @description A user who is reported, or with `seq` one of their messages to the user who reports them.
         */
        Report: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /** @enum {string} */
            reason: "harassment" | "illegal" | "impersonation" | "other" | "spam";
            seq?: number | null;
            note?: string | null;
        };
        /** ReportResponse */
        ReportResponse: {
            /** @example 697df8b1e1b5a40007c4d2e8 */
            userId: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @enum {string} */
            reason: "harassment" | "illegal" | "impersonation" | "other" | "spam";
            note: string | null;
        };
        /**
         * ReportedMessage
         * @description A message as it was when it was reported.
         */
        ReportedMessage: {
            /** @example 697df8c0e1b5a40007c4d2f1 */
            messageId: string;
            /** @example 1 */
            seq: number;
            /** @example Hello Bob! 👋 */
            message: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            ts: string;
        };
        /**
         * ReportedProfile
         * @description What others saw of a user when they were reported.
         */
        ReportedProfile: {
            /** @example Ada */
            firstName: string;
            /** @example Ada */
            lastName: string;
            about: string | null;
            photoUrl: string | null;
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
            clientMessageId?: string | null;
            replyTo?: number | null;
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
         * @description A profile. Only the user's own has `emailId`, `emailVerified` and the settings below it: others are not told.
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
            /** @enum {string} */
            messagesFrom?: "connections" | "everyone" | "requests";
            /** @enum {string} */
            presenceFor?: "everyone" | "nobody";
            /** @enum {string} */
            lastSeenFor?: "everyone" | "nobody";
        };
    };
    responses: {
        /** @description `bad_credentials`: The email address or the password is wrong. */
        BadCredentials: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "The email address or the password is wrong.",
                 *       "code": "bad_credentials"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `bad_credentials`: The email address or the password is wrong. `unauthorized`: Log in first: there is no valid session. */
        BadCredentialsOrUnauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "The email address or the password is wrong.",
                 *       "code": "bad_credentials"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `bad_request`: The request is not valid. */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "The request is not valid.",
                 *       "code": "bad_request",
                 *       "fields": {
                 *         "limit": "it must be at most 100"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `blocked`: This user does not take messages from you. `connections_only`: This user takes messages from connections alone: ask for a connection first. `forbidden`: You may not do this. `origin_not_allowed`: Pages of this origin may not connect. `too_late`: A message can be edited within 15 minutes after it was sent. `unanswered`: This user has not answered your messages yet: connect, or wait for an answer. `unverified`: Confirm your email address first: until then strangers hear nothing from you. */
        BlockedOrConnectionsOnlyOrForbiddenOrOriginNotAllowedOrTooLateOrUnansweredOrUnverified: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "This user does not take messages from you.",
                 *       "code": "blocked"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `blocked`: This user does not take messages from you. `connections_only`: This user takes messages from connections alone: ask for a connection first. `origin_not_allowed`: Pages of this origin may not connect. `unanswered`: This user has not answered your messages yet: connect, or wait for an answer. `unverified`: Confirm your email address first: until then strangers hear nothing from you. */
        BlockedOrConnectionsOnlyOrOriginNotAllowedOrUnansweredOrUnverified: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "This user does not take messages from you.",
                 *       "code": "blocked"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `blocked`: This user does not take messages from you. `origin_not_allowed`: Pages of this origin may not connect. */
        BlockedOrOriginNotAllowed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "This user does not take messages from you.",
                 *       "code": "blocked"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `blocked`: This user does not take messages from you. `origin_not_allowed`: Pages of this origin may not connect. `unverified`: Confirm your email address first: until then strangers hear nothing from you. */
        BlockedOrOriginNotAllowedOrUnverified: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "This user does not take messages from you.",
                 *       "code": "blocked"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `conflict`: This cannot be done in the state that things are in. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "This cannot be done in the state that things are in.",
                 *       "code": "conflict"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `forbidden`: You may not do this. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "You may not do this.",
                 *       "code": "forbidden"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `forbidden`: You may not do this. `origin_not_allowed`: Pages of this origin may not connect. */
        ForbiddenOrOriginNotAllowed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "You may not do this.",
                 *       "code": "forbidden"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `internal`: Something went wrong on our side. */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "Something went wrong on our side.",
                 *       "code": "internal"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `link_gone`: This link was used already, or is too old: ask for another one. */
        LinkGone: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "This link was used already, or is too old: ask for another one.",
                 *       "code": "link_gone"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `not_found`: There is no such thing. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "There is no such thing.",
                 *       "code": "not_found"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `origin_not_allowed`: Pages of this origin may not connect. */
        OriginNotAllowed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "Pages of this origin may not connect.",
                 *       "code": "origin_not_allowed"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `rate_limited`: Too many attempts: try again later. */
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
                /**
                 * @example {
                 *       "error": "Too many attempts: try again later.",
                 *       "code": "rate_limited",
                 *       "retryAfter": 12
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `suspended`: This account is suspended. */
        Suspended: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "This account is suspended.",
                 *       "code": "suspended",
                 *       "reason": "spam"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `too_large`: The request is larger than 10 MB. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "The request is larger than 10 MB.",
                 *       "code": "too_large"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `unauthorized`: Log in first: there is no valid session. */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "Log in first: there is no valid session.",
                 *       "code": "unauthorized"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `unavailable`: The service cannot answer right now: try again. */
        Unavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "The service cannot answer right now: try again.",
                 *       "code": "unavailable"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description `unsupported_media_type`: The body must be application/json. */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": "The body must be application/json.",
                 *       "code": "unsupported_media_type"
                 *     }
                 */
                "application/json": components["schemas"]["ErrorResponse"];
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
    getAnalyticsDaily: {
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
                    /**
                     * @example {
                     *       "days": [
                     *         {
                     *           "date": "2026-01-31",
                     *           "counts": {
                     *             "name": 1
                     *           },
                     *           "activeUsers": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["AnalyticsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postBlocksByUserId: {
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
                /** @example {} */
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
    deleteBlocksByUserId: {
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
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getConnections: {
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
                    /**
                     * @example {
                     *       "connections": [
                     *         {
                     *           "userId": "697df8b1e1b5a40007c4d2e8",
                     *           "firstName": "Ada",
                     *           "lastName": "Ada",
                     *           "about": "text",
                     *           "skills": [
                     *             "text"
                     *           ],
                     *           "photoUrl": "https://example.org/ada.png",
                     *           "age": 1,
                     *           "gender": "text"
                     *         }
                     *       ],
                     *       "hasMore": true
                     *     }
                     */
                    "application/json": components["schemas"]["ConnectionsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getConnectionsRequests: {
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
                    /**
                     * @example {
                     *       "requests": [
                     *         {
                     *           "userId": "697df8b1e1b5a40007c4d2e8",
                     *           "firstName": "Ada",
                     *           "lastName": "Ada",
                     *           "about": "text",
                     *           "skills": [
                     *             "text"
                     *           ],
                     *           "photoUrl": "https://example.org/ada.png",
                     *           "age": 1,
                     *           "gender": "text"
                     *         }
                     *       ],
                     *       "hasMore": true
                     *     }
                     */
                    "application/json": components["schemas"]["ConnectionRequestsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postConnectionsRequestsByUserId: {
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
                /**
                 * @example {
                 *       "status": "accepted"
                 *     }
                 */
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
                    /**
                     * @example {
                     *       "userId": "697df8b1e1b5a40007c4d2e8",
                     *       "status": "accepted"
                     *     }
                     */
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
    postConnectionsByUserId: {
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
                /**
                 * @example {
                 *       "status": "ignored"
                 *     }
                 */
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
                    /**
                     * @example {
                     *       "userId": "697df8b1e1b5a40007c4d2e8",
                     *       "status": "accepted"
                     *     }
                     */
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
                    /**
                     * @example {
                     *       "userId": "697df8b1e1b5a40007c4d2e8",
                     *       "status": "accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["ConnectionResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["BlockedOrOriginNotAllowedOrUnverified"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getConversations: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
                archived?: "false" | "true";
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
                    /**
                     * @example {
                     *       "conversations": [
                     *         {
                     *           "userId": "697df8b1e1b5a40007c4d2e8",
                     *           "lastMessage": {
                     *             "seq": 1,
                     *             "fromUserId": "697df8b1e1b5a40007c4d2e8",
                     *             "message": "Hello Bob! 👋",
                     *             "ts": "2026-01-31T12:00:00.000Z",
                     *             "deleted": true
                     *           },
                     *           "lastSeq": 1,
                     *           "readSeq": 1,
                     *           "lastChange": 1,
                     *           "unread": 2,
                     *           "updatedAt": "2026-01-31T12:00:00.000Z",
                     *           "muted": true,
                     *           "archived": true
                     *         }
                     *       ],
                     *       "hasMore": true
                     *     }
                     */
                    "application/json": components["schemas"]["ConversationsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getConversationsRequests: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
                ignored?: "false" | "true";
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
                    /**
                     * @example {
                     *       "conversations": [
                     *         {
                     *           "userId": "697df8b1e1b5a40007c4d2e8",
                     *           "lastMessage": {
                     *             "seq": 1,
                     *             "fromUserId": "697df8b1e1b5a40007c4d2e8",
                     *             "message": "Hello Bob! 👋",
                     *             "ts": "2026-01-31T12:00:00.000Z",
                     *             "deleted": true
                     *           },
                     *           "lastSeq": 1,
                     *           "readSeq": 1,
                     *           "lastChange": 1,
                     *           "unread": 2,
                     *           "updatedAt": "2026-01-31T12:00:00.000Z",
                     *           "muted": true,
                     *           "archived": true
                     *         }
                     *       ],
                     *       "hasMore": true
                     *     }
                     */
                    "application/json": components["schemas"]["ConversationsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postConversationsRequestsByUserId: {
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
                /**
                 * @example {
                 *       "status": "accepted"
                 *     }
                 */
                "application/json": components["schemas"]["MessageRequestReply"];
            };
        };
        responses: {
            /** @description What the user has answered to the request of `userId`, whom nobody tells. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "userId": "697df8b1e1b5a40007c4d2e8",
                     *       "status": "accepted"
                     *     }
                     */
                    "application/json": components["schemas"]["MessageRequestResponse"];
                };
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
    patchConversationsByUserId: {
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
                /**
                 * @example {
                 *       "muted": true,
                 *       "archived": true
                 *     }
                 */
                "application/json": components["schemas"]["ConversationChange"];
            };
        };
        responses: {
            /** @description What the user has made of the conversation with `userId`, whom nobody tells. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "userId": "697df8b1e1b5a40007c4d2e8",
                     *       "muted": true,
                     *       "archived": true
                     *     }
                     */
                    "application/json": components["schemas"]["ConversationMarksResponse"];
                };
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
    getExport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user's last export. `url` downloads it, and is good for `expiresIn`; another request has another one. `none` means that the user has asked for none, or that the last one is deleted; `pending` that it is being made. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "state": "none",
                     *       "requestedAt": "2026-01-31T12:00:00.000Z",
                     *       "completedAt": "2026-01-31T12:00:00.000Z",
                     *       "bytes": 1,
                     *       "deletedAt": "2026-01-31T12:00:00.000Z",
                     *       "url": "text",
                     *       "expiresIn": 1
                     *     }
                     */
                    "application/json": components["schemas"]["ExportResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postExport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["Empty"];
            };
        };
        responses: {
            /** @description The user's last export. `url` downloads it, and is good for `expiresIn`; another request has another one. `none` means that the user has asked for none, or that the last one is deleted; `pending` that it is being made. */
            202: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "state": "none",
                     *       "requestedAt": "2026-01-31T12:00:00.000Z",
                     *       "completedAt": "2026-01-31T12:00:00.000Z",
                     *       "bytes": 1,
                     *       "deletedAt": "2026-01-31T12:00:00.000Z",
                     *       "url": "text",
                     *       "expiresIn": 1
                     *     }
                     */
                    "application/json": components["schemas"]["ExportResponse"];
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
    getFeed: {
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
                    /**
                     * @example {
                     *       "users": [
                     *         {
                     *           "userId": "697df8b1e1b5a40007c4d2e8",
                     *           "firstName": "Ada",
                     *           "lastName": "Ada",
                     *           "about": "text",
                     *           "skills": [
                     *             "text"
                     *           ],
                     *           "photoUrl": "https://example.org/ada.png",
                     *           "age": 1,
                     *           "gender": "text"
                     *         }
                     *       ],
                     *       "hasMore": true,
                     *       "next": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["PeopleResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
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
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok",
                     *       "protocolVersion": "1.0"
                     *     }
                     */
                    "application/json": components["schemas"]["HealthResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getHealthReady: {
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
                    /**
                     * @example {
                     *       "status": "degraded",
                     *       "dependencies": {
                     *         "name": "ok"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ReadyResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            500: components["responses"]["InternalError"];
            /** @description `degraded` means that the service works although a dependency is not well, `unavailable` that MongoDB is down. Of a dependency, `refuses_writes` means that Redis answers and takes no writes: it is full, or a replica. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "degraded",
                     *       "dependencies": {
                     *         "name": "ok"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ReadyResponse"] | components["schemas"]["ErrorResponse"];
                };
            };
        };
    };
    getLink: {
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
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "emailId": "ada@example.org",
                 *       "password": "correct horse"
                 *     }
                 */
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
                    /**
                     * @example {
                     *       "userId": "697df8b1e1b5a40007c4d2e8",
                     *       "token": "text",
                     *       "expiresIn": 1,
                     *       "user": {
                     *         "userId": "697df8b1e1b5a40007c4d2e8",
                     *         "firstName": "Ada",
                     *         "lastName": "Ada",
                     *         "about": "text",
                     *         "skills": [
                     *           "text"
                     *         ],
                     *         "photoUrl": "https://example.org/ada.png",
                     *         "age": 1,
                     *         "gender": "text",
                     *         "emailId": "ada@example.org",
                     *         "emailVerified": true,
                     *         "messagesFrom": "connections",
                     *         "presenceFor": "everyone",
                     *         "lastSeenFor": "everyone"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SessionResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["BadCredentials"];
            403: components["responses"]["Suspended"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postLogout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
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
    postLogoutAll: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
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
    postMessages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "toUserId": "697df8b1e1b5a40007c4d2e8",
                 *       "message": "Hello Bob! 👋",
                 *       "clientMessageId": "a-1",
                 *       "replyTo": 1
                 *     }
                 */
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
                    /**
                     * @example {
                     *       "messageId": "697df8c0e1b5a40007c4d2f1",
                     *       "conversationId": "697df8a2e1b5a40007c4d2e0:697df8b1e1b5a40007c4d2e8",
                     *       "seq": 1,
                     *       "ts": "2026-01-31T12:00:00.000Z"
                     *     }
                     */
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
                    /**
                     * @example {
                     *       "messageId": "697df8c0e1b5a40007c4d2f1",
                     *       "conversationId": "697df8a2e1b5a40007c4d2e0:697df8b1e1b5a40007c4d2e8",
                     *       "seq": 1,
                     *       "ts": "2026-01-31T12:00:00.000Z"
                     *     }
                     */
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
    postMessagesBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "toUserId": "697df8b1e1b5a40007c4d2e8",
                 *       "messages": [
                 *         {
                 *           "message": "Hello Bob! 👋",
                 *           "clientMessageId": "a-1",
                 *           "replyTo": 1
                 *         }
                 *       ]
                 *     }
                 */
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
                    /**
                     * @example {
                     *       "acks": [
                     *         {
                     *           "clientMessageId": "a-1",
                     *           "messageId": "697df8c0e1b5a40007c4d2f1",
                     *           "seq": 1,
                     *           "ts": "2026-01-31T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "errors": [
                     *         {
                     *           "clientMessageId": "a-1",
                     *           "error": "text",
                     *           "code": "text",
                     *           "retryAfter": 1
                     *         }
                     *       ]
                     *     }
                     */
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
    getMessagesByUserId: {
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
            /** @description Messages, ascending by seq. `hasMore` says whether there are more in the requested direction. These messages have all their changes up to `lastChange`, and perhaps later ones. It is 0 where that is not known. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "messages": [
                     *         {
                     *           "messageId": "697df8c0e1b5a40007c4d2f1",
                     *           "conversationId": "697df8a2e1b5a40007c4d2e0:697df8b1e1b5a40007c4d2e8",
                     *           "seq": 1,
                     *           "fromUserId": "697df8b1e1b5a40007c4d2e8",
                     *           "toUserId": "697df8b1e1b5a40007c4d2e8",
                     *           "message": "Hello Bob! 👋",
                     *           "ts": "2026-01-31T12:00:00.000Z",
                     *           "replyTo": 1,
                     *           "change": 1,
                     *           "editedAt": "2026-01-31T12:00:00.000Z",
                     *           "deleted": true,
                     *           "reactions": {
                     *             "697df8b1e1b5a40007c4d2e8": "👍"
                     *           }
                     *         }
                     *       ],
                     *       "hasMore": true,
                     *       "lastChange": 0
                     *     }
                     */
                    "application/json": components["schemas"]["HistoryResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteMessagesByUserIdBySeq: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A message in its present state, with the same fields in the history and in a push. `change` is the number of its latest change, where it was changed. A `deleted` one has an empty text. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "messageId": "697df8c0e1b5a40007c4d2f1",
                     *       "conversationId": "697df8a2e1b5a40007c4d2e0:697df8b1e1b5a40007c4d2e8",
                     *       "seq": 1,
                     *       "fromUserId": "697df8b1e1b5a40007c4d2e8",
                     *       "toUserId": "697df8b1e1b5a40007c4d2e8",
                     *       "message": "Hello Bob! 👋",
                     *       "ts": "2026-01-31T12:00:00.000Z",
                     *       "replyTo": 1,
                     *       "change": 1,
                     *       "editedAt": "2026-01-31T12:00:00.000Z",
                     *       "deleted": true,
                     *       "reactions": {
                     *         "697df8b1e1b5a40007c4d2e8": "👍"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrOriginNotAllowed"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchMessagesByUserIdBySeq: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
                seq: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "message": "Hello Bob! 👋"
                 *     }
                 */
                "application/json": components["schemas"]["MessageEdit"];
            };
        };
        responses: {
            /** @description A message in its present state, with the same fields in the history and in a push. `change` is the number of its latest change, where it was changed. A `deleted` one has an empty text. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "messageId": "697df8c0e1b5a40007c4d2f1",
                     *       "conversationId": "697df8a2e1b5a40007c4d2e0:697df8b1e1b5a40007c4d2e8",
                     *       "seq": 1,
                     *       "fromUserId": "697df8b1e1b5a40007c4d2e8",
                     *       "toUserId": "697df8b1e1b5a40007c4d2e8",
                     *       "message": "Hello Bob! 👋",
                     *       "ts": "2026-01-31T12:00:00.000Z",
                     *       "replyTo": 1,
                     *       "change": 1,
                     *       "editedAt": "2026-01-31T12:00:00.000Z",
                     *       "deleted": true,
                     *       "reactions": {
                     *         "697df8b1e1b5a40007c4d2e8": "👍"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["MessageResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["BlockedOrConnectionsOnlyOrForbiddenOrOriginNotAllowedOrTooLateOrUnansweredOrUnverified"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postMessagesByUserIdBySeqReaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
                seq: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reaction": "👍"
                 *     }
                 */
                "application/json": components["schemas"]["MessageReaction"];
            };
        };
        responses: {
            /** @description A message in its present state, with the same fields in the history and in a push. `change` is the number of its latest change, where it was changed. A `deleted` one has an empty text. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "messageId": "697df8c0e1b5a40007c4d2f1",
                     *       "conversationId": "697df8a2e1b5a40007c4d2e0:697df8b1e1b5a40007c4d2e8",
                     *       "seq": 1,
                     *       "fromUserId": "697df8b1e1b5a40007c4d2e8",
                     *       "toUserId": "697df8b1e1b5a40007c4d2e8",
                     *       "message": "Hello Bob! 👋",
                     *       "ts": "2026-01-31T12:00:00.000Z",
                     *       "replyTo": 1,
                     *       "change": 1,
                     *       "editedAt": "2026-01-31T12:00:00.000Z",
                     *       "deleted": true,
                     *       "reactions": {
                     *         "697df8b1e1b5a40007c4d2e8": "👍"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["MessageResponse"];
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
    getModerationCases: {
        parameters: {
            query?: {
                status?: "dismissed" | "open" | "reinstated" | "suspended" | "warned";
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cases, the oldest first. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "cases": [
                     *         {
                     *           "caseId": "697df9d2e1b5a40007c4d301",
                     *           "userId": "697df8b1e1b5a40007c4d2e8",
                     *           "status": "dismissed",
                     *           "openedAt": "2026-01-31T12:00:00.000Z",
                     *           "reports": 1,
                     *           "message": {
                     *             "messageId": "697df8c0e1b5a40007c4d2f1",
                     *             "seq": 1,
                     *             "message": "Hello Bob! 👋",
                     *             "ts": "2026-01-31T12:00:00.000Z"
                     *           },
                     *           "profile": {
                     *             "firstName": "Ada",
                     *             "lastName": "Ada",
                     *             "about": "text",
                     *             "photoUrl": "https://example.org/ada.png"
                     *           }
                     *         }
                     *       ],
                     *       "hasMore": true
                     *     }
                     */
                    "application/json": components["schemas"]["CasesResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getModerationCasesByCaseId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                caseId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A case with its first 100 reports, and what moderators have done with it. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "caseId": "697df9d2e1b5a40007c4d301",
                     *       "userId": "697df8b1e1b5a40007c4d2e8",
                     *       "status": "dismissed",
                     *       "openedAt": "2026-01-31T12:00:00.000Z",
                     *       "reports": 1,
                     *       "message": {
                     *         "messageId": "697df8c0e1b5a40007c4d2f1",
                     *         "seq": 1,
                     *         "message": "Hello Bob! 👋",
                     *         "ts": "2026-01-31T12:00:00.000Z"
                     *       },
                     *       "profile": {
                     *         "firstName": "Ada",
                     *         "lastName": "Ada",
                     *         "about": "text",
                     *         "photoUrl": "https://example.org/ada.png"
                     *       },
                     *       "firstReports": [
                     *         {
                     *           "userId": "697df8b1e1b5a40007c4d2e8",
                     *           "at": "2026-01-31T12:00:00.000Z",
                     *           "reason": "harassment",
                     *           "note": "text"
                     *         }
                     *       ],
                     *       "acts": [
                     *         {
                     *           "moderatorId": "697df8b1e1b5a40007c4d2e8",
                     *           "act": "dismiss",
                     *           "at": "2026-01-31T12:00:00.000Z",
                     *           "reason": "harassment",
                     *           "note": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CaseDetailsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postModerationCasesByCaseIdActs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                caseId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "act": "dismiss",
                 *       "reason": "harassment",
                 *       "note": "They do this to everybody."
                 *     }
                 */
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            /** @description A case with its first 100 reports, and what moderators have done with it. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "caseId": "697df9d2e1b5a40007c4d301",
                     *       "userId": "697df8b1e1b5a40007c4d2e8",
                     *       "status": "dismissed",
                     *       "openedAt": "2026-01-31T12:00:00.000Z",
                     *       "reports": 1,
                     *       "message": {
                     *         "messageId": "697df8c0e1b5a40007c4d2f1",
                     *         "seq": 1,
                     *         "message": "Hello Bob! 👋",
                     *         "ts": "2026-01-31T12:00:00.000Z"
                     *       },
                     *       "profile": {
                     *         "firstName": "Ada",
                     *         "lastName": "Ada",
                     *         "about": "text",
                     *         "photoUrl": "https://example.org/ada.png"
                     *       },
                     *       "firstReports": [
                     *         {
                     *           "userId": "697df8b1e1b5a40007c4d2e8",
                     *           "at": "2026-01-31T12:00:00.000Z",
                     *           "reason": "harassment",
                     *           "note": "text"
                     *         }
                     *       ],
                     *       "acts": [
                     *         {
                     *           "moderatorId": "697df8b1e1b5a40007c4d2e8",
                     *           "act": "dismiss",
                     *           "at": "2026-01-31T12:00:00.000Z",
                     *           "reason": "harassment",
                     *           "note": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["CaseDetailsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrOriginNotAllowed"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getNotifications: {
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
                    /**
                     * @example {
                     *       "notifications": [
                     *         {
                     *           "notificationId": "019c1406-7e00-7c3a-9d51-2f8a6b0e4c17",
                     *           "type": "CONNECTION_REQUEST_NOTIFICATION",
                     *           "fromUserId": "697df8b1e1b5a40007c4d2e8",
                     *           "text": "text",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "readAt": "2026-01-31T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "hasMore": true,
                     *       "unread": 2
                     *     }
                     */
                    "application/json": components["schemas"]["NotificationsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getNotificationsPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How the user is told of each kind of notification. Until `doNotDisturbUntil` there is no mail and no web push. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": {
                     *         "inApp": true,
                     *         "mail": true,
                     *         "push": true
                     *       },
                     *       "messageRequest": {
                     *         "inApp": true,
                     *         "push": true
                     *       },
                     *       "connectionRequest": {
                     *         "inApp": true,
                     *         "mail": true,
                     *         "push": true
                     *       },
                     *       "connectionAccepted": {
                     *         "inApp": true,
                     *         "mail": true,
                     *         "push": true
                     *       },
                     *       "doNotDisturbUntil": "2026-01-31T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PreferencesResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchNotificationsPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "message": {
                 *         "inApp": true,
                 *         "mail": true,
                 *         "push": true
                 *       },
                 *       "messageRequest": {
                 *         "inApp": true,
                 *         "push": true
                 *       },
                 *       "connectionRequest": {
                 *         "inApp": true,
                 *         "mail": true,
                 *         "push": true
                 *       },
                 *       "connectionAccepted": {
                 *         "inApp": true,
                 *         "mail": true,
                 *         "push": true
                 *       },
                 *       "doNotDisturbUntil": "2026-01-31T12:00:00.000Z"
                 *     }
                 */
                "application/json": components["schemas"]["PreferencesChange"];
            };
        };
        responses: {
            /** @description How the user is told of each kind of notification. Until `doNotDisturbUntil` there is no mail and no web push. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": {
                     *         "inApp": true,
                     *         "mail": true,
                     *         "push": true
                     *       },
                     *       "messageRequest": {
                     *         "inApp": true,
                     *         "push": true
                     *       },
                     *       "connectionRequest": {
                     *         "inApp": true,
                     *         "mail": true,
                     *         "push": true
                     *       },
                     *       "connectionAccepted": {
                     *         "inApp": true,
                     *         "mail": true,
                     *         "push": true
                     *       },
                     *       "doNotDisturbUntil": "2026-01-31T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PreferencesResponse"];
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
    postNotificationsRead: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "notificationIds": [
                 *         "019c1406-7e00-7c3a-9d51-2f8a6b0e4c17"
                 *       ]
                 *     }
                 */
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
                    /**
                     * @example {
                     *       "unread": 2
                     *     }
                     */
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
    postPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "emailId": "ada@example.org"
                 *     }
                 */
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
    postPasswordResetConfirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "q0Zb8n3VtTf1xkq6oVwz0x2k5m7p9r1s3u5w7y9A_-E",
                 *       "newPassword": "correct horse"
                 *     }
                 */
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
    getPresence: {
        parameters: {
            query: {
                userIds: string[];
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
                    /**
                     * @example {
                     *       "presence": [
                     *         {
                     *           "userId": "697df8b1e1b5a40007c4d2e8",
                     *           "online": true,
                     *           "lastSeenAt": "2026-01-31T12:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PresenceResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A profile. Only the user's own has `emailId`, `emailVerified` and the settings below it: others are not told. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "userId": "697df8b1e1b5a40007c4d2e8",
                     *       "firstName": "Ada",
                     *       "lastName": "Ada",
                     *       "about": "text",
                     *       "skills": [
                     *         "text"
                     *       ],
                     *       "photoUrl": "https://example.org/ada.png",
                     *       "age": 1,
                     *       "gender": "text",
                     *       "emailId": "ada@example.org",
                     *       "emailVerified": true,
                     *       "messagesFrom": "connections",
                     *       "presenceFor": "everyone",
                     *       "lastSeenFor": "everyone"
                     *     }
                     */
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "correct horse"
                 *     }
                 */
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
    patchProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "firstName": "Ada",
                 *       "lastName": "Ada",
                 *       "about": "I write compilers.",
                 *       "skills": [
                 *         "Python"
                 *       ],
                 *       "photoUrl": "https://example.org/ada.png",
                 *       "age": 36,
                 *       "gender": "female",
                 *       "messagesFrom": "connections",
                 *       "presenceFor": "everyone",
                 *       "lastSeenFor": "everyone"
                 *     }
                 */
                "application/json": components["schemas"]["ProfileChange"];
            };
        };
        responses: {
            /** @description A profile. Only the user's own has `emailId`, `emailVerified` and the settings below it: others are not told. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "userId": "697df8b1e1b5a40007c4d2e8",
                     *       "firstName": "Ada",
                     *       "lastName": "Ada",
                     *       "about": "text",
                     *       "skills": [
                     *         "text"
                     *       ],
                     *       "photoUrl": "https://example.org/ada.png",
                     *       "age": 1,
                     *       "gender": "text",
                     *       "emailId": "ada@example.org",
                     *       "emailVerified": true,
                     *       "messagesFrom": "connections",
                     *       "presenceFor": "everyone",
                     *       "lastSeenFor": "everyone"
                     *     }
                     */
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
    patchProfileEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "emailId": "ada@example.org",
                 *       "currentPassword": "correct horse"
                 *     }
                 */
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
    patchProfilePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "correct horse",
                 *       "newPassword": "correct horse"
                 *     }
                 */
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
                    /**
                     * @example {
                     *       "userId": "697df8b1e1b5a40007c4d2e8",
                     *       "token": "text",
                     *       "expiresIn": 1,
                     *       "user": {
                     *         "userId": "697df8b1e1b5a40007c4d2e8",
                     *         "firstName": "Ada",
                     *         "lastName": "Ada",
                     *         "about": "text",
                     *         "skills": [
                     *           "text"
                     *         ],
                     *         "photoUrl": "https://example.org/ada.png",
                     *         "age": 1,
                     *         "gender": "text",
                     *         "emailId": "ada@example.org",
                     *         "emailVerified": true,
                     *         "messagesFrom": "connections",
                     *         "presenceFor": "everyone",
                     *         "lastSeenFor": "everyone"
                     *       }
                     *     }
                     */
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
    getPushSubscriptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `publicKey` is the `applicationServerKey` to subscribe with; null where there is no web push. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "publicKey": "text",
                     *       "subscriptions": [
                     *         {
                     *           "endpoint": "text",
                     *           "createdAt": "2026-01-31T12:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PushSubscriptionsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postPushSubscriptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "endpoint": "https://push.example.org/send/dGhlIGJyb3dzZXI",
                 *       "keys": {
                 *         "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                 *         "auth": "BTBZMqHH6r4Tts7J_aSIgg"
                 *       },
                 *       "expirationTime": 1.5
                 *     }
                 */
                "application/json": components["schemas"]["PushSubscription"];
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
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deletePushSubscriptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "endpoint": "https://push.example.org/send/dGhlIGJyb3dzZXI"
                 *     }
                 */
                "application/json": components["schemas"]["PushEndpoint"];
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
    postReports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "userId": "697df8b1e1b5a40007c4d2e8",
                 *       "reason": "harassment",
                 *       "seq": 1,
                 *       "note": "They do this to everybody."
                 *     }
                 */
                "application/json": components["schemas"]["Report"];
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
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSearch: {
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
                    /**
                     * @example {
                     *       "users": [
                     *         {
                     *           "userId": "697df8b1e1b5a40007c4d2e8",
                     *           "firstName": "Ada",
                     *           "lastName": "Ada",
                     *           "about": "text",
                     *           "skills": [
                     *             "text"
                     *           ],
                     *           "photoUrl": "https://example.org/ada.png",
                     *           "age": 1,
                     *           "gender": "text"
                     *         }
                     *       ],
                     *       "hasMore": true,
                     *       "next": "text"
                     *     }
                     */
                    "application/json": components["schemas"]["PeopleResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSessions: {
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
                    /**
                     * @example {
                     *       "sessions": [
                     *         {
                     *           "sessionId": "3f2504e04f8941d39a0c0305e82c3301",
                     *           "createdAt": "2026-01-31T12:00:00.000Z",
                     *           "lastUsedAt": "2026-01-31T12:00:00.000Z",
                     *           "ip": "text",
                     *           "userAgent": "text",
                     *           "current": true
                     *         }
                     *       ],
                     *       "hasMore": true
                     *     }
                     */
                    "application/json": components["schemas"]["SessionsResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteSessionsBySessionId: {
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
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postSignup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "firstName": "Ada",
                 *       "lastName": "Ada",
                 *       "emailId": "ada@example.org",
                 *       "password": "correct horse"
                 *     }
                 */
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
                    /**
                     * @example {
                     *       "emailId": "ada@example.org"
                     *     }
                     */
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
    getUnsubscribe: {
        parameters: {
            query: {
                token: string;
            };
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
            410: components["responses"]["LinkGone"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postUnsubscribe: {
        parameters: {
            query: {
                token: string;
            };
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
            410: components["responses"]["LinkGone"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUsersByUserId: {
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
            /** @description A profile. Only the user's own has `emailId`, `emailVerified` and the settings below it: others are not told. */
            200: {
                headers: {
                    /** @description The limit that the request counts in: `q` requests in any `w` seconds. */
                    "RateLimit-Policy"?: string;
                    /** @description How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). Absent where it is not known. */
                    RateLimit?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "userId": "697df8b1e1b5a40007c4d2e8",
                     *       "firstName": "Ada",
                     *       "lastName": "Ada",
                     *       "about": "text",
                     *       "skills": [
                     *         "text"
                     *       ],
                     *       "photoUrl": "https://example.org/ada.png",
                     *       "age": 1,
                     *       "gender": "text",
                     *       "emailId": "ada@example.org",
                     *       "emailVerified": true,
                     *       "messagesFrom": "connections",
                     *       "presenceFor": "everyone",
                     *       "lastSeenFor": "everyone"
                     *     }
                     */
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    postVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
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
    postVerificationConfirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "q0Zb8n3VtTf1xkq6oVwz0x2k5m7p9r1s3u5w7y9A_-E"
                 *     }
                 */
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
    postWebsocketTicket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
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
                    /**
                     * @example {
                     *       "ticket": "text",
                     *       "expiresIn": 1,
                     *       "url": "text"
                     *     }
                     */
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
