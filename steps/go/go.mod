module mprun.internal/ipc

go 1.19

require (
	golang.org/x/sys v0.30.0
	mprun.internal/mprun v0.1.0
)

require (
	github.com/cucumber/cucumber-expressions/go/v18 v18.0.1 // indirect
	github.com/cucumber/tag-expressions/go/v6 v6.1.1 // indirect
)

replace mprun.internal/mprun => ../../platform-servers/go
