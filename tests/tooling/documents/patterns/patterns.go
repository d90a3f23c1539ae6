package main

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		pattern := lines.Text()
		lines.Scan()
		compiled, err := regexp.Compile(pattern)
		if err != nil || (lines.Text() != "" && !compiled.MatchString(lines.Text())) {
			fmt.Println(pattern, err)
		}
	}
}
