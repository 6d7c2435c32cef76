using System.Text;
using Smaug.Core.Tensors;

namespace Smaug.Core.Graphs;

/// <summary>
/// Gives reproducible pseudo-random values. Every element is a pure function of seed, tensor name and element index, made
/// when it is asked for and never stored, so a model of any size costs no memory until its values are used, and the same
/// seed gives the same values on every machine and in any order.
/// </summary>
/// <remarks>
/// With v uniform in [-1, 1): weights of convolutions and inner products are v · sqrt(6 / fan-in) (He et al., 2015); batch
/// normalisation has mean 0.1 v, variance term 1, gamma 1 + 0.1 v and beta 0.1 v; all other tensors are v. Integers are
/// 0 or ±1 as v rounds, booleans are v ≥ 0.
/// </remarks>
public sealed class SeededParameterSource : IParameterSource
{
    private readonly ulong _seed;
    private readonly Dictionary<string, Distribution> _distributions = new(StringComparer.Ordinal);

    /// <summary>Creates the values for a graph: what a tensor is used for decides their range.</summary>
    /// <param name="nodes">The operators of the graph.</param>
    /// <param name="seed">Any number; the same number gives the same values.</param>
    /// <param name="scales">Tensors whose values are v times a factor in place of the rule below; factor 0 for zeros.</param>
    public SeededParameterSource(IEnumerable<Node> nodes, ulong seed, IEnumerable<KeyValuePair<string, double>>? scales = null)
    {
        _seed = seed;
        // A reorder between a parameter and its consumer changes no values, so the consumer behind it decides.
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Node node in nodes)
        {
            if (node.Kind == OperatorKind.Data && node.Inputs.Length == 1)
            {
                origins[node.Name] = node.Inputs[0].Name;
                _distributions.TryAdd(node.Inputs[0].Name, new Distribution(0, 1));
            }
            else if (node.Kind == OperatorKind.Reorder && node.Parents.Length == 1 && origins.TryGetValue(node.Parents[0].Node, out string? origin))
            {
                origins[node.Name] = origin;
            }

            for (int i = 1; i < node.Parents.Length; i++)
            {
                if (i < node.Inputs.Length && origins.TryGetValue(node.Parents[i].Node, out string? name) && For(node, i) is { } distribution)
                {
                    _distributions[name] = distribution;
                }
            }
        }

        foreach ((string name, double scale) in scales ?? []) _distributions[name] = new Distribution(0, scale);
    }

    /// <inheritdoc/>
    /// <remarks>Gives values for the tensors of the graph's Data nodes only.</remarks>
    public Tensor? Find(TensorSpec tensor)
    {
        if (!_distributions.TryGetValue(tensor.Name, out Distribution distribution)) return null;
        var result = new Tensor(tensor);
        ulong key = Mix(_seed ^ Hash(tensor.Name));
        int row = tensor.Shape.Rank == 0 ? 1 : tensor.Shape[-1];
        int stride = row + tensor.Shape.Padding;
        long rows = tensor.Shape.Size / row;
        for (long r = 0; r < rows; r++) Fill(result, (int)(r * stride), row, key, (ulong)(r * row), distribution);
        return result;
    }

    private static void Fill(Tensor tensor, int start, int count, ulong key, ulong first, Distribution distribution)
    {
        switch (tensor.Type)
        {
            case DataType.Float16:
                Span<Half> halves = tensor.Span<Half>().Slice(start, count);
                for (int i = 0; i < count; i++) halves[i] = (Half)(float)distribution.At(key, first + (ulong)i);
                break;
            case DataType.Float32:
                Span<float> singles = tensor.Span<float>().Slice(start, count);
                for (int i = 0; i < count; i++) singles[i] = (float)distribution.At(key, first + (ulong)i);
                break;
            case DataType.Float64:
                Span<double> doubles = tensor.Span<double>().Slice(start, count);
                for (int i = 0; i < count; i++) doubles[i] = distribution.At(key, first + (ulong)i);
                break;
            case DataType.Int32:
                Span<int> integers = tensor.Span<int>().Slice(start, count);
                for (int i = 0; i < count; i++) integers[i] = (int)Math.Round(distribution.At(key, first + (ulong)i));
                break;
            case DataType.Int64:
                Span<long> longs = tensor.Span<long>().Slice(start, count);
                for (int i = 0; i < count; i++) longs[i] = (long)Math.Round(distribution.At(key, first + (ulong)i));
                break;
            default:
                Span<byte> booleans = tensor.Bytes.Slice(start, count);
                for (int i = 0; i < count; i++) booleans[i] = distribution.At(key, first + (ulong)i) >= 0 ? (byte)1 : (byte)0;
                break;
        }
    }

    private static Distribution? For(Node consumer, int input)
    {
        switch (consumer.Kind)
        {
            case OperatorKind.Convolution3d:
            case OperatorKind.ConvolutionDepthwise:
            case OperatorKind.InnerProduct:
                TensorShape weights = consumer.Inputs[input].Shape;
                long outputs = consumer.Kind == OperatorKind.ConvolutionDepthwise
                    ? weights[weights.Layout == DataLayout.NHWC ? 3 : 1]
                    : weights[weights.Layout == DataLayout.CN ? 1 : 0];
                return new Distribution(0, Math.Sqrt(6.0 * outputs / weights.Size));
            case OperatorKind.BatchNorm:
                return input switch
                {
                    1 or 4 => new Distribution(0, 0.1),
                    2 => new Distribution(1, 0),
                    _ => new Distribution(1, 0.1),
                };
            default:
                return null;
        }
    }

    /// <summary>FNV-1a, 64 bits, over the name in UTF-8.</summary>
    private static ulong Hash(string name)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in Encoding.UTF8.GetBytes(name)) hash = unchecked((hash ^ b) * 1099511628211);
        return hash;
    }

    /// <summary>The output function of SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>Values offset + scale · v.</summary>
    private readonly record struct Distribution(double Offset, double Scale)
    {
        public double At(ulong key, ulong index)
        {
            ulong bits = Mix(unchecked(key + (index + 1) * 0x9E3779B97F4A7C15));
            double v = (long)(bits >> 11) * (1.0 / (1L << 52)) - 1;
            return Offset + Scale * v;
        }
    }
}
