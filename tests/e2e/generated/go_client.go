// Uses the client that openapi-generator has made: logs in, sends a message, and reads it back.
//
// go run ./uses URL OTHER_USER_ID EMAIL PASSWORD, in the module of the client.
package main

import (
	"context"
	"log"
	"os"
	"strings"

	client "github.com/devconnect/generated"
)

func main() {
	url, otherID, emailID, password := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	configuration := client.NewConfiguration()
	configuration.Servers = client.ServerConfigurations{{URL: url}}
	api := client.NewAPIClient(configuration)
	anybody := context.Background()
	session, _, err := api.LoginAPI.PostLogin(anybody).Login(*client.NewLogin(emailID, password)).Execute()
	check(err)
	user := context.WithValue(anybody, client.ContextAccessToken, session.Token)

	message := *client.NewSendMessage(otherID, "from Go")
	sent, _, err := api.MessagesAPI.PostMessages(user).SendMessage(message).Execute()
	check(err)
	page, _, err := api.MessagesAPI.GetMessagesByUserId(user, otherID).Limit(10).Execute()
	check(err)
	if len(page.Messages) != 1 || page.Messages[0].Seq != sent.Seq || page.Messages[0].Message != "from Go" {
		log.Fatalf("read %+v instead of what was sent, %+v", page, sent)
	}

	_, response, err := api.MessagesAPI.PostMessages(user).SendMessage(*client.NewSendMessage("x", "")).Execute()
	refusal, isRefusal := err.(*client.GenericOpenAPIError)
	if !isRefusal || response.StatusCode != 400 || !strings.Contains(string(refusal.Body()), "toUserId") {
		log.Fatalf("a wrong message was answered by %v", err)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
