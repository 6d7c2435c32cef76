using Smaug.Core.Execution;

namespace Smaug.Accelerators.Smv.Engine;

/// <summary>
/// Cycles that the SMV engine needs for a kernel when its data come without delay: conversion of the loaded data,
/// computation, and conversion of the stored data. Transfers are timed by the memory system. Implementations: the loop
/// nests of <see cref="LoopNests.SmvLoopNestModel"/>, which is the default; the
/// simulations of <see cref="SmvAladdinModel"/>; a user's own, for a changed engine.
/// </summary>
public interface ISmvEngineModel
{
    /// <summary>Times one kernel.</summary>
    /// <param name="kernel">The kernel and its arguments.</param>
    /// <param name="sampling">Which loops are sampled and scaled up.</param>
    SmvKernelTiming Time(SmvKernel kernel, Sampling sampling);
}
