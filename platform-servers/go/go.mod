module mprun.internal/mprun

go 1.19

require (
	github.com/cucumber/cucumber-expressions/go/v18 v18.0.1
	github.com/cucumber/tag-expressions/go/v6 v6.1.1
)
