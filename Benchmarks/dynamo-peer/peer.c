// Signed GetItem requests by plain C: libcurl's multi interface and OpenSSL's digests; answers are counted, not decoded.
//
//   peer URL IN_FLIGHT COUNT     prints nanoseconds and processor nanoseconds an operation
//
// Signature: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static const char *body = "{\"TableName\":\"orders\",\"Key\":{\"id\":{\"S\":\"order-000042\"}},\"ConsistentRead\":false}";
static const char *key_id = "AKIDEXAMPLE", *secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
static const char *region = "us-east-1";
static char host[256], url[512];
static unsigned char signing_key[32];
static char signing_day[9];

struct transfer {
    CURL *easy;
    struct curl_slist *headers;
    size_t received;
    size_t sent;
};

static void hex(const unsigned char *digest, char *out) {
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 32; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[64] = 0;
}

static void mac(const void *key, int length, const char *text, unsigned char *out) {
    unsigned int size = 32;
    HMAC(EVP_sha256(), key, length, (const unsigned char *)text, strlen(text), out, &size);
}

// The key of a day is made once.
static void use_day(const char *day) {
    if (!strcmp(day, signing_day)) return;
    char first[128];
    snprintf(first, sizeof first, "AWS4%s", secret);
    mac(first, (int)strlen(first), day, signing_key);
    mac(signing_key, 32, region, signing_key);
    mac(signing_key, 32, "dynamodb", signing_key);
    mac(signing_key, 32, "aws4_request", signing_key);
    strcpy(signing_day, day);
}

static void sign(struct transfer *transfer) {
    char date[17], day[9], line[512], canonical[1024], text[512], digest_text[65];
    unsigned char digest[32];
    time_t now = time(NULL);
    struct tm parts;
    gmtime_r(&now, &parts);
    strftime(date, sizeof date, "%Y%m%dT%H%M%SZ", &parts);
    memcpy(day, date, 8);
    day[8] = 0;
    use_day(day);
    SHA256((const unsigned char *)body, strlen(body), digest);
    hex(digest, digest_text);
    snprintf(canonical, sizeof canonical,
             "POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:%s\nx-amz-date:%s\n"
             "x-amz-target:DynamoDB_20120810.GetItem\n\ncontent-type;host;x-amz-date;x-amz-target\n%s",
             host, date, digest_text);
    SHA256((const unsigned char *)canonical, strlen(canonical), digest);
    hex(digest, digest_text);
    snprintf(text, sizeof text, "AWS4-HMAC-SHA256\n%s\n%s/%s/dynamodb/aws4_request\n%s", date, day, region, digest_text);
    mac(signing_key, 32, text, digest);
    hex(digest, digest_text);
    curl_slist_free_all(transfer->headers);
    struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/x-amz-json-1.0");
    curl_slist_append(list, "X-Amz-Target: DynamoDB_20120810.GetItem");
    snprintf(line, sizeof line, "X-Amz-Date: %s", date);
    curl_slist_append(list, line);
    snprintf(line, sizeof line,
             "Authorization: AWS4-HMAC-SHA256 Credential=%s/%s/%s/dynamodb/aws4_request, "
             "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=%s",
             key_id, day, region, digest_text);
    curl_slist_append(list, line);
    curl_slist_append(list, "Accept-Encoding: identity");
    curl_slist_append(list, "Expect:");
    curl_slist_append(list, "Accept:");
    transfer->headers = list;
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, list);
    transfer->received = transfer->sent = 0;
}

static size_t take(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    ((struct transfer *)context)->received += size * count;
    return size * count;
}

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 4 || strncmp(argv[1], "http://", 7)) return fprintf(stderr, "peer URL IN_FLIGHT COUNT\n"), 2;
    int in_flight = atoi(argv[2]), count = atoi(argv[3]);
    if (in_flight < 1 || in_flight > 1024) return 2;
    snprintf(url, sizeof url, "%s/", argv[1]);
    snprintf(host, sizeof host, "%s", argv[1] + 7);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)in_flight);
    struct transfer *transfers = calloc((size_t)in_flight, sizeof *transfers);
    double start = 0, processor = 0;
    int started = 0, done = 0, warm = count / 10 + in_flight;
    for (int i = 0; i < in_flight; i++, started++) {
        CURL *easy = transfers[i].easy = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, url);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
        curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfers[i]);
        curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfers[i]);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        sign(&transfers[i]);
        curl_multi_add_handle(multi, easy);
    }
    while (done < count + warm) {
        int running, left;
        curl_multi_perform(multi, &running);
        CURLMsg *message;
        int added = 0;
        while ((message = curl_multi_info_read(multi, &left))) {
            struct transfer *transfer;
            long status = 0;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
            curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
            if (message->data.result != CURLE_OK || status != 200 || !transfer->received)
                return fprintf(stderr, "%s, status %ld\n", curl_easy_strerror(message->data.result), status), 1;
            curl_multi_remove_handle(multi, transfer->easy);
            if (++done == warm) start = seconds(CLOCK_MONOTONIC), processor = seconds(CLOCK_PROCESS_CPUTIME_ID);
            if (started++ < count + warm) {
                sign(transfer);
                curl_multi_add_handle(multi, transfer->easy);
                added = 1;
            }
        }
        // What was added is looked at before anyone sleeps.
        if (!added && done < count + warm) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    printf("%.0f %.0f\n", (seconds(CLOCK_MONOTONIC) - start) / count * 1e9,
           (seconds(CLOCK_PROCESS_CPUTIME_ID) - processor) / count * 1e9);
    return 0;
}
