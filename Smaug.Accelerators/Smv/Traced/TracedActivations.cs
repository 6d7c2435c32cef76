using Smaug.Accelerators.Tracing;

namespace Smaug.Accelerators.Smv.Traced;

/// <summary>Activation functions over a whole scratchpad array, eight elements at a time; written to be inlined.</summary>
internal static class TracedActivations
{
    /// <summary>The end of a kernel whose results may stay for a later one: the activation, when there is one, and the transfer to the host.</summary>
    public static void ApplyAndSend(
        KernelTracer t, TracedArray<TracedFloat> results, TracedArray<TracedHalf> host, TracedInt size, SmvTracedActivation function, TracedInt code,
        TracedArray<TracedFloat> parameters, TracedInt send)
    {
        if (t.If(send & code.NotEqualTo(0), "activate")) Apply(t, results, results, size, function, code, parameters);
        t.EndIf("activate");
        if (t.If(send, "send")) TracedHostTransfers.Store(t, results, host, size);
        t.EndIf("send");
    }

    /// <summary>Loads the parameters, selects the function and applies it.</summary>
    public static void Apply(
        KernelTracer t, TracedArray<TracedFloat> inputs, TracedArray<TracedFloat> results, TracedInt size, SmvTracedActivation function, TracedInt code, TracedArray<TracedFloat> parameters)
    {
        TracedFloat slope = parameters.Field(0).Load();
        TracedFloat alpha = parameters.Field(1).Load();
        TracedFloat lambda = parameters.Field(2).Load();
        TracedFloat minimum = parameters.Field(3).Load();
        TracedFloat maximum = parameters.Field(4).Load();
        t.Switch(code);
        t.Block("activation." + function);
        switch (function)
        {
            case SmvTracedActivation.Relu:
                Vectors(t, inputs, results, size, "relu", null, Relu);
                break;
            case SmvTracedActivation.LeakyRelu:
                Vectors(t, inputs, results, size, "lrelu", null, x => LeakyRelu(x, slope));
                break;
            case SmvTracedActivation.Elu:
                Elu(t, inputs, results, size, "elu", alpha, null);
                break;
            case SmvTracedActivation.Selu:
                Elu(t, inputs, results, size, "selu", alpha, lambda);
                break;
            case SmvTracedActivation.Tanh:
                Vectors(t, inputs, results, size, "tanh", null,
                    x => (Sigmoid(t, x * TracedVector.Constant(2)) * TracedVector.Constant(2)) - TracedVector.Constant(1));
                break;
            case SmvTracedActivation.HardTanh:
                Vectors(t, inputs, results, size, "hard_tanh", null, x => HardTanh(t, x, minimum, maximum));
                break;
            case SmvTracedActivation.Sigmoid:
                Vectors(t, inputs, results, size, "sigmoid", null, x => Sigmoid(t, x));
                break;
            case SmvTracedActivation.None:
            default:
                break;
        }
        t.Block("activation.exit");
    }

    private static void Vectors(
        KernelTracer t, TracedArray<TracedFloat> inputs, TracedArray<TracedFloat> results, TracedInt size, string name, Action? hoisted, Func<TracedVector, TracedVector> apply)
    {
        foreach (TracedInt i in t.Loop(name + "_loop", size, new LoopShape
        {
            Body = name + ".body",
            Guard = size > 7,
            Hoisted = hoisted,
            CountAfterGuard = () => size >>> 3,
            InlinedFrom = name + "_vec",
        }))
        {
            TracedVector x = inputs.As<TracedVector>()[i];
            results.As<TracedVector>()[i] = apply(x);
        }
    }

    private static TracedVector Relu(TracedVector x) =>
        TracedVector.Less(TracedVector.Constant(0), x).Select(x, TracedVector.Constant(0));

    private static TracedVector LeakyRelu(TracedVector x, TracedFloat slope)
    {
        TracedVector zero = TracedVector.Constant(0);
        TracedVector negative = TracedVector.Less(x, zero).Select(x * TracedVector.Splat(slope), zero);
        return negative + TracedVector.LessOrEqual(zero, x).Select(x, zero);
    }

    private static TracedVector Sigmoid(KernelTracer t, TracedVector x)
    {
        foreach (TracedInt lane in t.Loop("sigmoid_unit_loop", TracedVector.Lanes, Unit("sigmoid")))
        {
            x = t.Phi(x);
            TracedDouble e = TracedDouble.Exp(TracedDouble.Widen(x.Extract(lane).Negate()));
            x = x.Insert(lane, ((TracedDouble)1.0 / (e + 1.0)).Narrow());
        }
        return x;
    }

    private static TracedVector HardTanh(KernelTracer t, TracedVector x, TracedFloat minimum, TracedFloat maximum)
    {
        foreach (TracedInt lane in t.Loop("hard_tanh_unit_loop", TracedVector.Lanes, Unit("hard_tanh")))
        {
            x = t.Phi(x);
            TracedFloat value = x.Extract(lane);
            TracedInt below = value < minimum, above = value > maximum;
            TracedFloat clamped = below.Select(minimum, above.Select(maximum, value));
            x = x.Insert(lane, clamped);
        }
        return x;
    }

    private static void Elu(
        KernelTracer t, TracedArray<TracedFloat> inputs, TracedArray<TracedFloat> results, TracedInt size, string name, TracedFloat alpha, TracedFloat? lambda)
    {
        TracedDouble wide = 0;
        Vectors(t, inputs, results, size, name, () => wide = TracedDouble.Widen(alpha), x =>
        {
            foreach (TracedInt lane in t.Loop("elu_unit_loop", TracedVector.Lanes, Unit("elu")))
            {
                x = t.Phi(x);
                TracedFloat value = x.Extract(lane);
                if (t.If(value < 0f, "elu.if"))
                    x = x.Insert(lane, (wide * (TracedDouble.Exp(TracedDouble.Widen(value)) - 1.0)).Narrow());
                t.EndIf("elu.if");
                x = t.Phi(x);
            }
            if (lambda is not { } scale) return x;
            foreach (TracedInt lane in t.Loop("selu_unit_loop", TracedVector.Lanes, Unit("selu")))
            {
                x = t.Phi(x);
                x = x.Insert(lane, x.Extract(lane) * scale);
            }
            return x;
        });
    }

    private static LoopShape Unit(string name) => new() { Body = name + ".unit", InlinedFrom = name + "_vec_unit" };
}
