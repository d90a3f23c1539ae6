"""What `make run` serves beside the functions: the page, pages about the API, exports and SES."""
