#pragma once
double ceil(double);
double exp(double);
float expf(float);
float logf(float);
float powf(float, float);
float sqrtf(float);
double fabs(double);
double floor(double);
double log(double);
double log10(double);
double pow(double, double);
double sqrt(double);
