/*
 * What two threads of this processor can do at most in int8 (VNNI) and float32 (AVX-512) multiply-adds, operands in registers:
 * the ceiling that docs/performance.md compares products with.
 *
 *   gcc -O3 -march=native -funroll-loops bench/support/vnni-peak.c -o /tmp/vnni-peak -lpthread && /tmp/vnni-peak
 */
#include <immintrin.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#define ROUNDS 33000000L
#define ALL(op) op(0) op(1) op(2) op(3) op(4) op(5) op(6) op(7) op(8) op(9) op(10) op(11)

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

/* 12 independent sums hide the latency of the instruction. Giga multiply-adds a second go to *speed. */
static void *int8_speed(void *speed) {
  __m512i sum[12], a = _mm512_set1_epi8(3), b = _mm512_set1_epi8(5), total = _mm512_setzero_si512();
  for (int i = 0; i < 12; i++) sum[i] = _mm512_set1_epi32(i);
  double start = seconds();
  for (long round = 0; round < ROUNDS; round++) {
#define STEP(i) sum[i] = _mm512_dpbusd_epi32(sum[i], a, b);
    ALL(STEP)
#undef STEP
    __asm__ volatile("" : "+v"(a));
  }
  *(double *)speed = ROUNDS * 12.0 * 64 / (seconds() - start) / 1e9;
  for (int i = 0; i < 12; i++) total = _mm512_add_epi32(total, sum[i]);
  volatile int used = _mm512_reduce_add_epi32(total);
  (void)used;
  return NULL;
}

static void *float_speed(void *speed) {
  __m512 sum[12], a = _mm512_set1_ps(1.0001f), b = _mm512_set1_ps(0.9999f), total = _mm512_setzero_ps();
  for (int i = 0; i < 12; i++) sum[i] = _mm512_set1_ps(i);
  double start = seconds();
  for (long round = 0; round < ROUNDS; round++) {
#define STEP(i) sum[i] = _mm512_fmadd_ps(sum[i], a, b);
    ALL(STEP)
#undef STEP
    __asm__ volatile("" : "+v"(a));
  }
  *(double *)speed = ROUNDS * 12.0 * 16 / (seconds() - start) / 1e9;
  for (int i = 0; i < 12; i++) total = _mm512_add_ps(total, sum[i]);
  volatile float used = _mm512_reduce_add_ps(total);
  (void)used;
  return NULL;
}

static double two_threads(void *(*work)(void *)) {
  pthread_t threads[2];
  double speed[2];
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, work, &speed[i]);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  return speed[0] + speed[1];
}

int main(void) {
  for (int run = 0; run < 3; run++)
    printf("two threads: int8 %.0f GMAC/s, float32 %.0f GMAC/s\n", two_threads(int8_speed), two_threads(float_speed));
}
