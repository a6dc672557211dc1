Feature: Every platform computes the same checksum
  One process is enough here, so a scenario gives one case for each platform.

  Scenario: Known values of CRC-32
    Then the 'reader' process computes these checksums:
      | text                | checksum |
      |                     | 00000000 |
      | a                   | e8b7be43 |
      | 123456789           | cbf43926 |
      | one \| two \\ three | a21549d3 |
      | größe 🚚            | b6aba223 |
