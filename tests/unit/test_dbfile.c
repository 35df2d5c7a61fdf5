/* dbfile: what is saved is loaded; each kind of damage has its error and place; who may write a file decides its trust. */
#include "match_help.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "match/dbfile.h"

/* The header's layout, as dbfile.h draws it. */
enum { AT_FORMAT = 8, AT_SECTIONS = 12, AT_ENGINE = 16, AT_FOLD = 80, AT_BODY_BYTES = 112, AT_CHECKSUM = 120, HEADER = 128,
       ENTRY = 32 };

static char folder[] = "/tmp/tocsin-test-dbfile-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/file.db", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static const struct tcs_dbfile_section sections[] = {
    {1, {"sources", 7}}, {3, {"\0bytes\xFF", 7}}, {16, {NULL, 0}}, {7, {"x", 1}}};

static void save(void)
{
    must(tcs_dbfile_save(path, "engine 1.2", "fold 3", sections, COUNT(sections), NULL));
}

static void read_bytes(struct tcs_buf *out)
{
    FILE *file = fopen(path, "rb");
    int c;

    assert_non_null(file);
    tcs_buf_reset(out);
    while ((c = fgetc(file)) != EOF)
        must(tcs_buf_putc(out, (char)c));
    (void)fclose(file);
}

static void write_bytes(const char *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0644), 0);
}

/* Is the section what was saved, or else missing or refused? */
static void check_section(const struct tcs_dbfile *file, size_t i, bool may_be_missing)
{
    struct tcs_buf bytes = {0};
    tocsin_status st = tcs_dbfile_read(file, sections[i].id, &bytes, NULL);

    if (st != TOCSIN_OK || !tcs_str_equal(tcs_buf_view(&bytes), sections[i].bytes))
        assert_true(may_be_missing && (st == TOCSIN_E_CORRUPT || !bytes.len));
    tcs_buf_release(&bytes);
}

static void check_sections(const struct tcs_dbfile *file)
{
    struct tcs_buf bytes = {0};
    size_t i;

    assert_int_equal(file->section_count, COUNT(sections));
    for (i = 0; i < COUNT(sections); i++) {
        check_section(file, i, false);
        assert_int_equal(tcs_dbfile_has(file, sections[i].id), sections[i].bytes.len > 0);
    }
    assert_false(tcs_dbfile_has(file, 2));
    must(tcs_dbfile_read(file, 2, &bytes, NULL));
    assert_int_equal(bytes.len, 0);
    must(tcs_dbfile_check(file, NULL));
}

static void test_dbfile__save_then_load(void **state)
{
    struct tcs_buf first = {0}, second = {0};
    struct tcs_dbfile file;
    struct stat info;
    mode_t mask = umask(0077);

    (void)state;
    save();
    (void)umask(mask);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0644);
    must(tcs_dbfile_load(path, &file, NULL));
    check_sections(&file);
    assert_string_equal(file.engine, "engine 1.2");
    assert_string_equal(file.fold, "fold 3");
    assert_true(file.is_trusted);
    tcs_dbfile_release(&file);
    assert_int_equal(file.section_count, 0);
    read_bytes(&first);
    save(); /* over the old one */
    read_bytes(&second);
    assert_true(tcs_str_equal(tcs_buf_view(&first), tcs_buf_view(&second)));
    tcs_buf_release(&first);
    tcs_buf_release(&second);
}

static void test_dbfile__no_sections_and_long_names(void **state)
{
    static const char engine[] = "a name of an engine that is much longer than the sixty-four bytes that the header has for it";
    struct tcs_dbfile file;

    (void)state;
    must(tcs_dbfile_save(path, engine, engine, NULL, 0, NULL));
    must(tcs_dbfile_load(path, &file, NULL));
    assert_int_equal(file.section_count, 0);
    assert_int_equal(strlen(file.engine), 63);
    assert_int_equal(strlen(file.fold), 31);
    assert_memory_equal(file.engine, engine, 63);
    assert_memory_equal(file.fold, engine, 31);
    tcs_dbfile_release(&file);
}

/* ---- damage ---- */

static void put_u64(struct tcs_buf *bytes, size_t at, uint64_t value)
{
    memcpy(bytes->data + at, &value, sizeof value);
}

static void put_u32(struct tcs_buf *bytes, size_t at, uint32_t value)
{
    memcpy(bytes->data + at, &value, sizeof value);
}

static void set_checksum(struct tcs_buf *bytes)
{
    put_u64(bytes, AT_BODY_BYTES, bytes->len - HEADER);
    put_u64(bytes, AT_CHECKSUM, XXH3_64bits(bytes->data + HEADER, COUNT(sections) * ENTRY));
}

static void wrong_magic(struct tcs_buf *b) { b->data[0] = 't'; }
static void another_file(struct tcs_buf *b) { memcpy(b->data, "\x1F\x8B\x08", 3); }
static void empty(struct tcs_buf *b) { b->len = 0; }
static void only_magic(struct tcs_buf *b) { b->len = 8; }
static void half_a_header(struct tcs_buf *b) { b->len = HEADER - 1; }
static void only_header(struct tcs_buf *b) { b->len = HEADER; }
static void older_format(struct tcs_buf *b) { put_u32(b, AT_FORMAT, 0); }
static void newer_format(struct tcs_buf *b) { put_u32(b, AT_FORMAT, TCS_DBFILE_FORMAT + 1); }
static void one_short(struct tcs_buf *b) { b->len--; }
static void one_long(struct tcs_buf *b) { must(tcs_buf_putc(b, 0)); }
static void huge_body(struct tcs_buf *b) { put_u64(b, AT_BODY_BYTES, UINT64_MAX); }
static void no_body(struct tcs_buf *b) { put_u64(b, AT_BODY_BYTES, 0); }
static void wrong_checksum(struct tcs_buf *b) { b->data[AT_CHECKSUM]++; }
static void wrong_table(struct tcs_buf *b) { b->data[HEADER + ENTRY - 1]++; }
static void too_many_sections(struct tcs_buf *b) { put_u32(b, AT_SECTIONS, UINT32_MAX); }
static void sections_beyond_the_body(struct tcs_buf *b)
{
    put_u32(b, AT_SECTIONS, (uint32_t)((b->len - HEADER) / ENTRY + 1));
}
static void offset_outside(struct tcs_buf *b)
{
    put_u64(b, HEADER + ENTRY + 8, b->len);
    set_checksum(b);
}
static void huge_offset(struct tcs_buf *b)
{
    put_u64(b, HEADER + 8, UINT64_MAX);
    set_checksum(b);
}
static void length_outside(struct tcs_buf *b)
{
    put_u64(b, HEADER + 2 * ENTRY + 16, b->len);
    set_checksum(b);
}
static void length_that_wraps(struct tcs_buf *b)
{
    put_u64(b, HEADER + 16, UINT64_MAX - 8);
    set_checksum(b);
}

static const struct {
    void (*damage)(struct tcs_buf *bytes);
    tocsin_status status;
    uint64_t offset;
    const char *message;
} damages[] = {
    {wrong_magic, TOCSIN_E_CORRUPT, 0, "this is no Tocsin database"},
    {another_file, TOCSIN_E_CORRUPT, 0, "this is no Tocsin database"},
    {empty, TOCSIN_E_CORRUPT, 0, "this is no Tocsin database"},
    {only_magic, TOCSIN_E_CORRUPT, 0, "this is no Tocsin database"},
    {half_a_header, TOCSIN_E_CORRUPT, 0, "this is no Tocsin database"},
    {only_header, TOCSIN_E_CORRUPT, HEADER, "cut short"},
    {older_format, TOCSIN_E_DB_VERSION, AT_FORMAT, "database format 0, this program reads 3"},
    {newer_format, TOCSIN_E_DB_VERSION, AT_FORMAT, "database format 4"},
    {one_short, TOCSIN_E_CORRUPT, HEADER + 4 * ENTRY + 14, "cut short or too long"},
    {one_long, TOCSIN_E_CORRUPT, HEADER + 4 * ENTRY + 16, "cut short or too long"},
    {huge_body, TOCSIN_E_CORRUPT, HEADER + 4 * ENTRY + 15, "cut short or too long"},
    {no_body, TOCSIN_E_CORRUPT, HEADER + 4 * ENTRY + 15, "cut short or too long"},
    {wrong_checksum, TOCSIN_E_CORRUPT, HEADER, "checksum is wrong"},
    {wrong_table, TOCSIN_E_CORRUPT, HEADER, "checksum is wrong"},
    {too_many_sections, TOCSIN_E_CORRUPT, AT_SECTIONS, "table of sections"},
    {sections_beyond_the_body, TOCSIN_E_CORRUPT, AT_SECTIONS, "table of sections"},
    {offset_outside, TOCSIN_E_CORRUPT, HEADER + ENTRY, "section 3 points outside"},
    {huge_offset, TOCSIN_E_CORRUPT, HEADER, "section 1 points outside"},
    {length_outside, TOCSIN_E_CORRUPT, HEADER + 2 * ENTRY, "section 16 points outside"},
    {length_that_wraps, TOCSIN_E_CORRUPT, HEADER, "section 1 points outside"},
};

static void test_dbfile__each_damage_has_its_error(void **state)
{
    struct tcs_buf bytes = {0};
    struct tcs_dbfile file;
    size_t i;

    (void)state;
    for (i = 0; i < COUNT(damages); i++) {
        struct tocsin_error err = {0};
        tocsin_status st;

        save();
        read_bytes(&bytes);
        assert_int_equal(bytes.len, HEADER + 4 * ENTRY + 15);
        damages[i].damage(&bytes);
        write_bytes(bytes.data, bytes.len);
        st = tcs_dbfile_load(path, &file, &err);
        if (st != damages[i].status || err.status != st || err.offset != damages[i].offset ||
            !strstr(err.message, damages[i].message))
            fail_msg("damage %zu: %s at %llu, \"%s\"", i, tocsin_status_name(st), (unsigned long long)err.offset,
                     err.message);
        assert_string_equal(err.where, path);
        assert_int_equal(tcs_dbfile_load(path, &file, NULL), damages[i].status);
    }
    tcs_buf_release(&bytes);
}

/* What is damaged in a section shows when that one is read, and in no other. */
static void test_dbfile__a_damaged_section_is_refused_when_read(void **state)
{
    struct tcs_buf bytes = {0}, out = {0};
    struct tocsin_error err = {0};
    struct tcs_dbfile file;

    (void)state;
    save();
    read_bytes(&bytes);
    bytes.data[bytes.len - 1]++; /* of the last section, 7 */
    write_bytes(bytes.data, bytes.len);
    must(tcs_dbfile_load(path, &file, NULL));
    check_section(&file, 0, false);
    check_section(&file, 1, false);
    assert_int_equal(tcs_dbfile_read(&file, 7, &out, &err), TOCSIN_E_CORRUPT);
    assert_int_equal(err.offset, bytes.len - 1);
    assert_string_equal(err.where, path);
    assert_non_null(strstr(err.message, "checksum is wrong"));
    assert_int_equal(tcs_dbfile_check(&file, &err), TOCSIN_E_CORRUPT);
    assert_int_equal(truncate(path, (off_t)bytes.len - 1), 0); /* while it is open */
    tcs_buf_reset(&out);
    assert_int_equal(tcs_dbfile_read(&file, 7, &out, &err), TOCSIN_E_CORRUPT);
    tcs_dbfile_release(&file);
    tcs_buf_release(&bytes);
    tcs_buf_release(&out);
}

/* A file that is loaded stays the one it was, whatever takes its name. */
static void test_dbfile__a_loaded_file_outlives_its_name(void **state)
{
    struct tcs_dbfile file;

    (void)state;
    save();
    must(tcs_dbfile_load(path, &file, NULL));
    must(tcs_dbfile_save(path, "another", "one", NULL, 0, NULL));
    check_sections(&file);
    tcs_dbfile_release(&file);
}

static void test_dbfile__sections_with_the_same_bytes_share_them(void **state)
{
    static const char bytes[] = "the same bytes", alike[] = "the same bytes";
    const struct tcs_dbfile_section list[] = {
        {1, {bytes, 14}}, {2, {"other", 5}}, {3, {bytes, 14}}, {4, {bytes, 8}}, {5, {alike, 14}}, {6, {NULL, 0}}, {7, {bytes, 14}}};
    struct tcs_dbfile file;
    struct tcs_buf read = {0};
    size_t i;

    (void)state;
    must(tcs_dbfile_save(path, "e", "f", list, COUNT(list), NULL));
    must(tcs_dbfile_load(path, &file, NULL));
    assert_int_equal(file.bytes, HEADER + COUNT(list) * ENTRY + 14 + 5 + 8 + 14);
    for (i = 0; i < COUNT(list); i++) {
        tcs_buf_reset(&read);
        must(tcs_dbfile_read(&file, list[i].id, &read, NULL));
        assert_true(tcs_str_equal(tcs_buf_view(&read), list[i].bytes));
    }
    tcs_dbfile_release(&file);
    tcs_buf_release(&read);
}

/*
 * A flipped byte is an error, of the file or of a section, or harmless: in the names of engine and fold it makes the file one
 * of another version.
 */
static void test_dbfile__every_flipped_byte_is_detected_or_harmless(void **state)
{
    struct tcs_buf bytes = {0};
    struct tcs_dbfile file;
    tocsin_status st;
    size_t at, i;
    unsigned bit;
    int fd;

    (void)state;
    save();
    read_bytes(&bytes);
    fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    for (at = 0; at < bytes.len; at++)
        for (bit = 0; bit < 8; bit++) {
            char flipped = (char)(bytes.data[at] ^ 1 << bit);

            assert_int_equal(pwrite(fd, &flipped, 1, (off_t)at), 1);
            st = tcs_dbfile_load(path, &file, NULL);
            if (st != TOCSIN_OK) {
                assert_int_equal(pwrite(fd, bytes.data + at, 1, (off_t)at), 1);
                continue;
            }
            if (at >= AT_ENGINE && at < AT_BODY_BYTES)
                check_sections(&file);
            else if (at >= HEADER + COUNT(sections) * ENTRY)
                for (i = 0; i < COUNT(sections); i++)
                    check_section(&file, i, true);
            else
                fail_msg("bit %u of byte %zu", bit, at);
            if (at >= HEADER + COUNT(sections) * ENTRY)
                assert_int_equal(tcs_dbfile_check(&file, NULL), TOCSIN_E_CORRUPT);
            assert_int_equal(pwrite(fd, bytes.data + at, 1, (off_t)at), 1);
            tcs_dbfile_release(&file);
        }
    assert_int_equal(close(fd), 0);
    tcs_buf_release(&bytes);
}

static void test_dbfile__every_length_but_the_whole_is_refused(void **state)
{
    struct tcs_buf bytes = {0};
    struct tcs_dbfile file;
    size_t len;

    (void)state;
    save();
    read_bytes(&bytes);
    for (len = bytes.len; len-- > 0;) {
        assert_int_equal(truncate(path, (off_t)len), 0);
        assert_int_equal(tcs_dbfile_load(path, &file, NULL), TOCSIN_E_CORRUPT);
    }
    tcs_buf_release(&bytes);
}

/* ---- trust ---- */

static const struct {
    mode_t mode;
    bool is_trusted;
} modes[] = {{0644, true}, {0600, true}, {0444, true}, {0755, true}, {0664, false}, {0646, false}, {0666, false}, {0777, false},
             {0620, false}, {0602, false}, {02644, true}};

static void test_dbfile__writable_by_others_is_not_trusted(void **state)
{
    struct tcs_dbfile file;
    size_t i;

    (void)state;
    save();
    for (i = 0; i < COUNT(modes); i++) {
        assert_int_equal(chmod(path, modes[i].mode), 0);
        must(tcs_dbfile_load(path, &file, NULL));
        if (file.is_trusted != modes[i].is_trusted)
            fail_msg("mode %o", modes[i].mode);
        check_sections(&file);
        tcs_dbfile_release(&file);
    }
}

static void test_dbfile__anothers_file_is_not_trusted(void **state)
{
    struct tcs_dbfile file;

    (void)state;
    if (geteuid() != 0) {
        print_message("skipped: only root can give a file away\n");
        skip();
    }
    save();
    assert_int_equal(chown(path, 12345, 12345), 0);
    must(tcs_dbfile_load(path, &file, NULL));
    assert_false(file.is_trusted);
    tcs_dbfile_release(&file);
}

/* ---- what is no file ---- */

static void load_fails(const char *name, tocsin_status status, const char *message)
{
    struct tocsin_error err = {0};
    struct tcs_dbfile file;
    tocsin_status st;

    (void)alarm(20); /* a pipe must not block */
    st = tcs_dbfile_load(name, &file, &err);
    (void)alarm(0);
    if (st != status || !strstr(err.message, message))
        fail_msg("%s: %s, \"%s\"", name, tocsin_status_name(st), err.message);
    assert_string_equal(err.where, name);
}

static void test_dbfile__only_regular_files_are_read(void **state)
{
    char name[96];
    struct tcs_dbfile file;

    (void)state;
    load_fails(folder, TOCSIN_E_CORRUPT, "a regular file");
    load_fails("/dev/null", TOCSIN_E_CORRUPT, "a regular file");
    load_fails("/nonexistent/file.db", TOCSIN_E_IO, "cannot open: No such file");
    (void)snprintf(name, sizeof name, "%s/pipe", folder);
    assert_int_equal(mkfifo(name, 0600), 0);
    load_fails(name, TOCSIN_E_CORRUPT, "a regular file");
    assert_int_equal(unlink(name), 0);
    (void)snprintf(name, sizeof name, "%s/huge", folder);
    write_bytes("", 0);
    assert_int_equal(rename(path, name), 0);
    if (truncate(name, (off_t)TCS_DBFILE_BYTES_MAX + 1) == 0)
        load_fails(name, TOCSIN_E_CORRUPT, "at most 4 GiB");
    assert_int_equal(unlink(name), 0);
    save();
    (void)snprintf(name, sizeof name, "%s/link", folder);
    assert_int_equal(symlink(path, name), 0);
    must(tcs_dbfile_load(name, &file, NULL));
    check_sections(&file);
    tcs_dbfile_release(&file);
    assert_int_equal(unlink(name), 0);
}

static void test_dbfile__saving_fails_cleanly(void **state)
{
    struct tocsin_error err = {0};
    char name[96], file_in_it[128];

    (void)state;
    assert_int_equal(tcs_dbfile_save("/nonexistent/x.db", "e", "f", NULL, 0, &err), TOCSIN_E_IO);
    assert_string_equal(err.where, "/nonexistent/x.db");
    assert_int_equal(err.sys_errno, ENOENT);
    (void)snprintf(name, sizeof name, "%s/taken", folder); /* what is no regular file is not replaced */
    (void)snprintf(file_in_it, sizeof file_in_it, "%s/x", name);
    assert_int_equal(mkdir(name, 0700), 0);
    assert_int_equal(mkdir(file_in_it, 0700), 0);
    assert_int_equal(tcs_dbfile_save(name, "e", "f", NULL, 0, &err), TOCSIN_E_ARG);
    assert_int_equal(rmdir(file_in_it), 0);
    assert_int_equal(rmdir(name), 0); /* remove_folder sees that nothing else is left */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dbfile__save_then_load),
        cmocka_unit_test(test_dbfile__no_sections_and_long_names),
        cmocka_unit_test(test_dbfile__each_damage_has_its_error),
        cmocka_unit_test(test_dbfile__a_damaged_section_is_refused_when_read),
        cmocka_unit_test(test_dbfile__a_loaded_file_outlives_its_name),
        cmocka_unit_test(test_dbfile__sections_with_the_same_bytes_share_them),
        cmocka_unit_test(test_dbfile__every_flipped_byte_is_detected_or_harmless),
        cmocka_unit_test(test_dbfile__every_length_but_the_whole_is_refused),
        cmocka_unit_test(test_dbfile__writable_by_others_is_not_trusted),
        cmocka_unit_test(test_dbfile__anothers_file_is_not_trusted),
        cmocka_unit_test(test_dbfile__only_regular_files_are_read),
        cmocka_unit_test(test_dbfile__saving_fails_cleanly),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
