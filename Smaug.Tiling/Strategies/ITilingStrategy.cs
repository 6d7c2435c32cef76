using Smaug.Core;
using Smaug.Tiling.Problems;

namespace Smaug.Tiling.Strategies;

/// <summary>
/// The first tiling step: says along which dimensions the tensors of an operator may be cut. Replace it to prefer other
/// dimensions; see <c>docs/tiling.md</c>.
/// </summary>
public interface ITilingStrategy
{
    /// <summary>Candidates in order of preference; the first for which a tile shape fits is taken.</summary>
    /// <param name="problem">What is to be tiled, and for how large a scratchpad.</param>
    /// <exception cref="TilingException">There is no candidate.</exception>
    IEnumerable<OperandDims> Candidates(TilingProblem problem);
}
