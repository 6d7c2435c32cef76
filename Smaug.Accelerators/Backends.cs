using System.Collections.Immutable;
using Smaug.Accelerators.Host;
using Smaug.Accelerators.Reference;
using Smaug.Accelerators.Smv;
using Smaug.Accelerators.Systolic.Execution;
using Smaug.Core;
using Smaug.Core.Execution;
using Smaug.Core.Tensors;

namespace Smaug;

/// <summary>The backends that come with Smaug, as models know them.</summary>
public static class Backends
{
    /// <summary>
    /// The reference backend: whole tensors in float32, NCHW, no alignment, inner-product weights as (activations, neurons).
    /// </summary>
    public static BackendTraits Reference { get; } = new()
    {
        Name = "Reference",
        Alignment = 0,
        DataType = DataType.Float32,
        ActivationLayout = DataLayout.NCHW,
        InnerProductWeightLayout = DataLayout.CN,
    };

    /// <summary>
    /// The SMV backend, after NVDLA's convolution engine: float16 in memory, float32 inside, NHWC, rows padded to vectors of
    /// 8 elements, inner-product weights as (neurons, activations).
    /// </summary>
    public static BackendTraits Smv { get; } = new()
    {
        Name = "SMV",
        Alignment = 8,
        DataType = DataType.Float16,
        ActivationLayout = DataLayout.NHWC,
        InnerProductWeightLayout = DataLayout.NC,
    };

    /// <summary>
    /// A systolic array: float32 in memory, NHWC, no alignment, inner-product weights as (neurons, activations); see
    /// <see cref="SystolicBackend"/>.
    /// </summary>
    public static BackendTraits Systolic => SystolicBackend.DefaultTraits;

    /// <summary>
    /// The backends that run a model built for the named one, in order of preference: that backend, then the host CPU, which
    /// runs what it does not support.
    /// </summary>
    /// <param name="name">Name as it stands in model files: <c>Reference</c>, <c>SMV</c> or <c>Systolic</c>.</param>
    /// <exception cref="ConfigurationException">There is no backend of that name.</exception>
    public static ImmutableArray<IBackend> Create(string name) => name switch
    {
        "Reference" => [new ReferenceBackend(), new HostBackend()],
        "SMV" => [new SmvBackend(), new HostBackend()],
        "Systolic" => [new SystolicBackend(), new HostBackend()],
        _ => throw new ConfigurationException($"backend '{name}' is not known: use {Reference.Name}, {Smv.Name} or {Systolic.Name}"),
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BackendTraits> All { get; } = [Reference, Smv, SystolicBackend.DefaultTraits];

    /// <summary>The backend of a name, whatever its case.</summary>
    /// <exception cref="ConfigurationException">There is none of that name.</exception>
    public static BackendTraits Get(string name) =>
        All.FirstOrDefault(b => b.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ConfigurationException($"backend '{name}': unknown; use {string.Join(", ", All.Select(b => b.Name))}");
}
