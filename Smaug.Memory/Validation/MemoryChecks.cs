using System.Globalization;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Units;

namespace Smaug.Memory.Validation;

/// <summary>Checks of options and addresses that memory systems add to the common ones.</summary>
internal static class MemoryChecks
{
    extension(Require)
    {
        /// <summary>More cycles than any latency takes; the sum of several is still a number of cycles.</summary>
        public static int MaximumCycles => 1_000_000;

        /// <summary>Most requests that a table of those under way is made for.</summary>
        public static int MaximumRequests => 65_536;

        public static void Cycles(string name, int value, int minimum = 0) => Require.Range(name, value, minimum, Require.MaximumCycles);

        public static void Clock(string name, Frequency value)
        {
            if (value.PeriodPicoseconds <= 0) throw new ConfigurationException($"{name} is not set: must be above 0");
        }

        /// <summary>Checks that an access has an address and lies within a line.</summary>
        /// <returns>The number of the line.</returns>
        /// <exception cref="SimulationException">It does not.</exception>
        public static long WithinLine(string component, MemoryRequest request, int lineShift)
        {
            long line = request.Address >> lineShift;
            if (line >= 0 && request.Bytes >= 1 && (request.Address + request.Bytes - 1) >> lineShift == line) return line;
            throw new SimulationException($"{component}: {request} must lie within one line of {1 << lineShift} bytes, at an address of 0 or above");
        }

        /// <summary>Checks a block that an engine is to move.</summary>
        /// <exception cref="SimulationException">It has no bytes, or addresses that do not exist.</exception>
        public static void Block(string component, string what, long address, long bytes, long maximum)
        {
            if (bytes < 1 || bytes > maximum) throw new SimulationException(string.Create(CultureInfo.InvariantCulture, $"{component}: a {what} of {bytes} bytes at 0x{address:x} is not possible: must be 1 to {maximum}"));
            Require.Addresses(component, what, address, bytes);
        }
    }
}
