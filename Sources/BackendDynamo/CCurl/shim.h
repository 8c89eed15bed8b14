#pragma once
#include <curl/curl.h>

// What Swift cannot import: the variadic curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt.
static inline CURLcode regionkit_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
