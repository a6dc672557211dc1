@platform:linux,macos
Feature: Frames through a Unix domain socket

  Rule: A socket in the file system is removed by the process that bound it

    Background:
      Given the 'reader' process listens at the socket 'frames'
      And the 'writer' process connects to the socket 'frames'

    Scenario: A payload of text
      Blank lines, quotes, bars and characters of more than one byte arrive as
      they were sent.

      When the 'writer' process writes a frame with the text:
        """
        {
          "größe": "1 KiB | 1024 bytes",

          "frame": "\\x00 is no zero byte: 🚚"
        }
        """
      Then the 'reader' process reads a frame with the text:
        """
        {
          "größe": "1 KiB | 1024 bytes",

          "frame": "\\x00 is no zero byte: 🚚"
        }
        """

    Scenario Outline: A frame of <size> bytes
      When the 'reader' process begins: reads frame with size <size>
      And the 'writer' process writes frame with size <size>
      Then the 'reader' process completes

      Examples: Nothing, and the smallest something
        | size |
        | 0    |
        | 1    |

      Examples: More than a socket holds
        | size    |
        | 4194304 |

    Scenario: An answer on the same connection
      When the 'writer' process writes frame with size 2000
      And the 'reader' process reads frame with size 2000
      And the 'reader' process sends the last frame back
      Then the 'writer' process reads frame with size 2000

  Rule: An abstract address leaves nothing to remove

    @platform:linux
    Scenario: A frame through an abstract address
      Given the 'reader' process listens at the abstract socket 'frames'
      And the 'writer' process connects to the abstract socket 'frames'
      When the 'writer' process writes frame with size 1024
      Then the 'reader' process reads frame with size 1024
