namespace Smaug.Accelerators.Systolic.Mapping;

/// <summary>The part of a layer that one core computes: a range of output pixels and a range of filters.</summary>
internal readonly record struct LayerSlice(int FirstPixel, int Pixels, int FirstFilter, int Filters)
{
    public static LayerSlice Whole(SystolicLayer layer) => new(0, checked((int)layer.OutputPixels), 0, layer.Filters);

    public bool IsWhole(SystolicLayer layer) => Pixels == layer.OutputPixels && Filters == layer.Filters;
}
