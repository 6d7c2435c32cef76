using BenchmarkDotNet.Running;

namespace Smaug.Benchmarks;

/// <summary>Runs the benchmarks named on the command line, for example <c>--filter '*EventKernel*'</c>.</summary>
public static class Program
{
    /// <summary>Entry point.</summary>
    public static void Main(string[] args) => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
