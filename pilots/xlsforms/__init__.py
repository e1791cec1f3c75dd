"""XLSForm in and out: forms as KoboToolbox and ODK write them, and the requests they become.

Source: xlsform.org, and the names and types that pyxform knows. What is read and not taken is
said row by row: nothing is dropped silently."""
