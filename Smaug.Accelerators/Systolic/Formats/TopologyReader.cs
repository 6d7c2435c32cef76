using System.Globalization;
using Smaug.Core;

namespace Smaug.Accelerators.Systolic.Formats;

/// <summary>Turns lines of a topology file into layers.</summary>
internal sealed class TopologyReader(TopologyReadOptions options)
{
    private const int ConvolutionValues = 7;
    private const int MatrixValues = 3;

    /// <summary>Marks the name of a layer that stands for one layer per channel.</summary>
    public const string DepthwiseMark = "DP";

    public List<SystolicLayer> Layers { get; } = [];

    public List<string> Notes { get; } = [];

    public void Add(CsvLine line)
    {
        IReadOnlyList<CsvField>? values = options.Strict ? StrictValues(line) : LenientValues(line);
        if (values is null) return;
        bool matrix = options.Kind == TopologyKind.MatrixProduct || values.Count(IsPlain) == MatrixValues;
        SystolicLayer layer = matrix ? MatrixProduct(line, values) : Convolution(line, values);
        try
        {
            layer.Validate();
        }
        catch (ConfigurationException exception)
        {
            throw line.Error(line.Fields[0].Column, exception.Message);
        }

        if (!matrix && layer.Name.Contains(DepthwiseMark, StringComparison.Ordinal)) AddChannels(layer);
        else Layers.Add(layer);
    }

    private static bool IsPlain(CsvField field) => !field.Text.Contains(':', StringComparison.Ordinal);

    private void AddChannels(SystolicLayer layer)
    {
        for (int channel = 0; channel < layer.Channels; channel++)
            Layers.Add(layer with { Name = string.Create(CultureInfo.InvariantCulture, $"{layer.Name}Channel_{channel}"), Channels = 1 });
    }

    private List<CsvField> StrictValues(CsvLine line)
    {
        List<CsvField> values = line.Fields.Skip(1).ToList();
        bool matrix = options.Kind == TopologyKind.MatrixProduct;
        int needed = matrix ? MatrixValues : ConvolutionValues;
        string columns = matrix ? "name, M, N, K," : "name, ifmap height, ifmap width, filter height, filter width, channels, filters, stride,";
        if (values.Count < needed)
            throw line.Error(0, $"{values.Count} values after the name, {needed} are needed: {columns} (the last value must be followed by a comma)");
        int most = matrix && options.Version == ScaleSimVersion.V2 ? int.MaxValue : needed + 1;
        if (values.Count > most) throw line.Error(values[most].Column, $"unexpected column; the columns are {columns} and at most one more");
        if (options.Version == ScaleSimVersion.V3 && values.Count > needed && IsPlain(values[needed]))
            throw line.Error(values[needed].Column, $"'{values[needed].Text}': the column after {columns} must be a sparsity N:M");
        if (options.Version == ScaleSimVersion.V2 && !matrix && values.Count > needed && !IsPlain(values[needed]))
            throw line.Error(values[needed].Column, $"'{values[needed].Text}': version 2 has no sparsity; the column after {columns} must be a column stride");
        return matrix && options.Version == ScaleSimVersion.V2 ? values[..needed] : values;
    }

    private List<CsvField>? LenientValues(CsvLine line)
    {
        List<CsvField> values = line.LooseValues();
        if (values.Count == 0)
        {
            if (line.Name.Length > 0) Notes.Add($"{line.Source}({line.Number}): '{line.Name}' has no values and is taken as a heading");
            return null;
        }

        int plain = values.TakeWhile(IsPlain).Count();
        bool matrix = options.Kind == TopologyKind.MatrixProduct;
        if (!matrix && plain == MatrixValues)
        {
            Notes.Add($"{line.Source}({line.Number}): '{line.Name}' has three values and is taken as a matrix product M, N, K");
            matrix = true;
        }

        int needed = matrix ? MatrixValues : ConvolutionValues;
        if (plain < needed)
        {
            throw line.Error(0, $"'{line.Name}' has {plain} values, {needed} are needed: " + (matrix
                ? "M, N, K"
                : "ifmap height, ifmap width, filter height, filter width, channels, filters, stride"));
        }

        int used = needed;
        if (values.Count > needed && (!IsPlain(values[needed]) || !matrix)) used++;
        CsvField? sparsity = values.Skip(used).Where(field => !IsPlain(field)).Select(field => (CsvField?)field).FirstOrDefault();
        if (values.Count > used + (sparsity is null ? 0 : 1))
            Notes.Add($"{line.Source}({line.Number},{values[used].Column}): '{line.Name}' has more columns than are known; they are ignored");
        List<CsvField> result = values[..used];
        if (sparsity is { } field) result.Add(field);
        return result;
    }

    private SystolicLayer MatrixProduct(CsvLine line, IReadOnlyList<CsvField> values)
    {
        var layer = SystolicLayer.MatrixProduct(line.Name, Number(line, values[0]), Number(line, values[1]), Number(line, values[2]));
        return values.Count > MatrixValues ? WithSparsity(layer, line, values[MatrixValues]) : layer;
    }

    private SystolicLayer Convolution(CsvLine line, IReadOnlyList<CsvField> values)
    {
        int stride = Number(line, values[6]);
        var layer = new SystolicLayer
        {
            Name = line.Name,
            IfmapHeight = Number(line, values[0]),
            IfmapWidth = Number(line, values[1]),
            FilterHeight = Number(line, values[2]),
            FilterWidth = Number(line, values[3]),
            Channels = Number(line, values[4]),
            Filters = Number(line, values[5]),
            RowStride = stride,
            ColumnStride = stride,
        };
        for (int i = ConvolutionValues; i < values.Count; i++)
        {
            layer = IsPlain(values[i]) ? layer with { ColumnStride = Number(line, values[i]) } : WithSparsity(layer, line, values[i]);
        }

        return layer;
    }

    private static SystolicLayer WithSparsity(SystolicLayer layer, CsvLine line, CsvField field)
    {
        string[] parts = field.Text.Split(':');
        if (parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out int kept)
            && int.TryParse(parts[1], NumberStyles.Integer, CultureInfo.InvariantCulture, out int block))
        {
            return layer with { SparsityKept = kept, SparsityBlock = block };
        }

        throw line.Error(field.Column, $"'{field.Text}' is not a sparsity; write N:M, for example 2:4");
    }

    private int Number(CsvLine line, CsvField field)
    {
        if (int.TryParse(field.Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number)) return number;
        bool isName = field.Text.Length > 0 && char.IsLetter(field.Text[0]);
        if (options.Variables.TryGetValue(field.Text, out number)) return number;
        if (options.Strict || !isName) throw line.Error(field.Column, $"'{field.Text}' is not a whole number");
        Notes.Add($"{line.Source}({line.Number},{field.Column}): '{field.Text}' has no value and is taken as 1");
        return 1;
    }
}
