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
}
